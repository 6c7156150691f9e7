/** What a change means for those who use what is deployed. */
export type VerdictLevel = 'safe' | 'migration' | 'breaking'

/** One change between what is deployed and what is about to be. */
export interface Verdict {
  readonly level: VerdictLevel
  /** Kind and name of the part, e.g. `command bank.TransferMoney`. */
  readonly item: string
  /** What changed, with its place, e.g. `input/cents: minimum 0 → 1`. */
  readonly change: string
  /** Why it has this level, and what to do about it. */
  readonly reason: string
  /** Name of the migration that is needed. */
  readonly migration?: string
  /** How many open runs it is about. Without it, it is about a change of the app. */
  readonly runs?: number
}
