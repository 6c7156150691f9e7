import { type Failure, systemFailure } from '@heddle/core'

/** How a thread was lost, and what to do about it. */
interface Loss {
  readonly reason: string
  readonly advice: string
}

/** It did not answer, and was ended. */
export const silentFor = (ms: number): Loss => ({
  reason: `it said nothing for ${ms / 1000} s`,
  advice:
    'What keeps a thread for so long ends it again: a loop without an end, or a call that waits without giving the thread back.',
})

/** It ended without having been asked to. */
export const exitedWith = (code: number): Loss => ({
  reason: `it ended with the code ${code}`,
  advice: 'On a thread `process.exit` ends the thread: look for it in the code of the steps and in what they import.',
})

/** The app needs it no more. */
export const closed: Loss = { reason: 'it was closed', advice: 'There is nothing to do.' }

/** An error that nobody caught, or too little memory. */
export function uncaught(thrown: unknown): Loss {
  const { code, message } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : { message: String(thrown) }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      reason: 'it ran out of memory',
      advice:
        'Let its steps hold less in variables and in single values: what stands in cells by key is in a file, and in memory only in part.',
    }
  }
  return {
    reason: `an error that nobody caught: ${message.replace(/[.!]$/, '')}`,
    advice:
      'A step that begins something and does not wait for it has to catch what that throws: no record is known to have failed.',
  }
}

/** @param step that was at work, where it is known */
export function lostThread(job: string, { reason, advice }: Loss, step?: string): Failure {
  const during = step === undefined ? '' : `, while the step "${step}" was at work`
  return systemFailure('JobThreadLost', { job, reason: `${reason}${during}`, advice })
}
