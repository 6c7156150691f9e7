import { type AnyCommand, type InputFor, type Json, type Progress, systemClock, toJson } from '@heddle/core'
import { exitCodes, exitOf, localOperator, progressBar } from '@heddle/serve'
import type { Argument } from './cli-command.ts'
import type { Out } from './out.ts'
import { withCaller } from './target.ts'
import type { ToolApp } from './tool-app.ts'

/** Whose records are meant, for every command of the tool that works on those of a tenant. */
export const tenantArgument = {
  type: 'text',
  value: 'NAME',
  summary: 'The tenant whose records are meant [main]',
} as const satisfies Argument

/** One call of the operator. */
export interface Operation<C extends AnyCommand> {
  readonly command: C
  readonly input: InputFor<C>
  readonly tenant?: string
  /** How long it may take. @default as long as it takes */
  readonly timeoutMs?: number
  /** Declared failures that say that the command line names what is not there. */
  readonly unknown?: readonly string[]
}

/**
 * Calls one of Heddle's own commands in the process that serves the app, or in this one, as the local operator.
 *
 * @param show prints the value, which is JSON: dates are text
 * @returns the exit code
 */
export async function operate<C extends AnyCommand>(
  { app: { session }, out }: { readonly app: ToolApp; readonly out: Out },
  { command, input, tenant, timeoutMs, unknown }: Operation<C>,
  show: (value: Json) => number | void,
): Promise<number | void> {
  const { signal } = session.around
  const bar = progressBar(out.io.err, systemClock)
  const onProgress = (progress: Progress) => bar.show(progress)
  const deadline = timeoutMs === undefined ? undefined : systemClock.now() + timeoutMs
  const outcome = await withCaller(session, (target) =>
    target.call(command.name, input, { as: { ...localOperator, tenant }, tenant, signal, deadline, onProgress }),
  )
  bar.clear()
  if (outcome.ok) return show(toJson(outcome.value) as Json)
  out.fail(outcome.errors)
  if (unknown?.includes(outcome.errors[0]?.code ?? '')) return exitCodes.input.code
  return exitOf(outcome).code
}
