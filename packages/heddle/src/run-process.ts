import { once } from 'node:events'
import { constants } from 'node:os'
import { Failure, sleep, systemErrors, systemTimers } from '@heddle/core'
import { exitCodes, processIo } from '@heddle/serve'
import { main } from './cli/main.ts'
import { createOut } from './cli/out.ts'

/**
 * Runs the tool as this process. The first SIGINT or SIGTERM asks it to end, a second one ends it at once.
 *
 * @param entry the file to run for another process of the tool
 */
export async function runProcess(entry: string): Promise<void> {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[signal])
      controller.abort(signal)
    })
  }
  // A reader that has seen enough (`heddle list | head`) closes the pipe: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  const argv = process.argv.slice(2)
  const running = main(argv, {
    io: processIo,
    cwd: process.cwd(),
    environment: process.env,
    signal: controller.signal,
    entry,
  })
  process.exitCode = await Promise.race([running, nothingLeft(argv, running)])
}

/** Ends a run that waits for something that can no longer come: Node itself would leave with a warning about our file. */
async function nothingLeft(argv: readonly string[], running: Promise<number>): Promise<number> {
  let isOver = false
  void running.finally(() => (isOver = true))
  await once(process, 'beforeExit')
  // Who notices it too, as the import of the app file does, goes on first.
  await sleep(systemTimers, 0)
  await once(process, 'beforeExit')
  if (isOver) return running
  const message = 'It waits for something that can no longer come: nothing is left to run.'
  const facts = {
    ...systemErrors.Internal,
    retry: 'never',
    help: 'Look in the app for a promise that nobody resolves.',
  } as const
  const out = await createOut(processIo, { json: argv.includes('--json') })
  out.fail([new Failure('Internal', {}, facts, [], undefined, message)])
  return exitCodes.defect.code
}
