import type { AnyCommand, OpenApp, Part, Random } from '@heddle/core'
import type { Client, ClientCallOptions, SimulatedCall } from './client.ts'
import type { FaultRates } from './faults.ts'

/** What a client does in one step: a call, or whatever a function does with the client. */
export type Step =
  | { readonly command: AnyCommand; readonly input: unknown; readonly options?: ClientCallOptions }
  | ((client: Client) => Promise<unknown>)

/** How an app is simulated. */
export interface SimulateOptions<Given = undefined> {
  /** Everything that happens follows from it. @default 1 */
  readonly seed?: number
  /** How many seeds are run, beginning with `seed`. @default 1 */
  readonly seeds?: number
  /** How many steps of the workload are run with each seed. @default 100 */
  readonly steps?: number
  /** How many clients share the steps. @default 4 */
  readonly clients?: number
  /** Runs first, undisturbed. What it returns is handed to the workload. */
  readonly setup?: (app: OpenApp) => Given | Promise<Given>
  /** Makes a step. Whatever it draws from `random` is the same whenever the seed is run. */
  readonly workload: (random: Random, step: number, given: Given) => Step
  /**
   * Checked, undisturbed, after each step and at the end, while other clients' calls are under way. It throws or
   * returns false when something does not hold.
   *
   * @param history the calls that have ended, in the order in which they did
   */
  readonly invariant?: (app: OpenApp, history: readonly SimulatedCall[]) => unknown
  /** How often what goes wrong; false for nothing but delays. */
  readonly faults?: Partial<FaultRates> | false
  /** Services in the place of the app's own. A function makes them anew for each run, so that they start empty. */
  readonly provide?: readonly Part[] | (() => readonly Part[])
  /** Values for the app's `config`. */
  readonly config?: Record<string, unknown>
}
