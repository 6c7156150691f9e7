import { confirm, isCancel, password, select, text } from '@clack/prompts'
import { systemFailure } from '@heddle/core'
import type { Flag } from '../flags.ts'
import type { Terminal } from '../io.ts'

/** How one question is put. */
export interface Question extends Terminal {
  readonly signal?: AbortSignal
  /** What is wrong with an answer, if anything is. */
  problem(answer: string): string | undefined
}

/**
 * Asks for the value of a flag as its type wants: a choice, yes or no, a secret that is not shown, a list element by
 * element, or a line of text.
 *
 * @returns the texts after the flag, one for each time it stands on the command line
 * @throws {Failure} Cancelled
 */
export async function ask(flag: Flag, { input, output, signal, problem }: Question): Promise<string[]> {
  const streams = { input, output, signal }
  const message = `${flag.name}${flag.summary ? `: ${flag.summary}` : ''} (${flag.type})`
  const validate = (answer: string | undefined) => problem(answer ?? '')
  if (flag.kind === 'boolean') return [String(answered(await confirm({ ...streams, message })))]
  if (flag.choices) {
    const options = flag.choices.map((value) => ({ value }))
    return [answered(await select({ ...streams, message, options }))]
  }
  if (flag.sensitive) return [answered(await password({ ...streams, message, validate }))]
  if (flag.kind !== 'list') return [answered(await text({ ...streams, message, validate }))]
  const elements: string[] = []
  for (;;) {
    const element = answered(
      await text({
        ...streams,
        message: elements.length === 0 ? `${message}, one at a time` : `${flag.name}, or nothing to go on`,
        validate: (answer) => (answer ? problem(answer) : undefined),
      }),
    )
    if (!element) return elements
    elements.push(element)
  }
}

function answered<Value>(answer: Value): Exclude<Value, symbol> {
  if (isCancel(answer)) throw systemFailure('Cancelled')
  return answer as Exclude<Value, symbol>
}
