import type { AnyCommand, Json } from '@heddle/core'
import type { Out } from '../../out.ts'
import { operate, tenantArgument } from '../../operate.ts'
import type { ToolApp } from '../../tool-app.ts'

/** One call of a command that looks after runs. */
export interface RunOperation {
  readonly name: string
  readonly input: unknown
  readonly tenant?: string
  /** In milliseconds. */
  readonly timeoutMs?: number
}

/**
 * Calls a command of runs by its name: an app that has workflows brings them, and the tool loads nothing of them for one
 * that has none.
 */
export const operateRuns = (
  to: { readonly app: ToolApp; readonly out: Out },
  { name, input, tenant, timeoutMs }: RunOperation,
  show: (value: Json) => number | void,
) => operate(to, { command: { name } as AnyCommand, input, tenant, timeoutMs }, show)

/** Which run is meant, and whose. */
export const runArguments = {
  run: { type: 'positional', summary: 'Id of the run' },
  tenant: tenantArgument,
} as const
