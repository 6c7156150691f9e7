/** A queue as the commands of queues tell it over a surface, where dates are text. */
export interface ToldQueue {
  readonly name: string
  readonly declared: boolean
  readonly paused: boolean
  readonly waiting: number
  readonly running: number
  readonly oldest?: string
  readonly concurrency?: number
  readonly rate?: { readonly limit: number; readonly perMs: number; readonly used: number }
  readonly length?: number
  readonly tenants: readonly { readonly tenant: string; readonly waiting: number; readonly oldest: string }[]
  readonly keys: readonly (ToldQueue['tenants'][number] & { readonly key: string })[]
}

/** How many run, of how many that may. */
export const runningOf = ({ running, concurrency }: ToldQueue): string =>
  concurrency === undefined ? `${running}` : `${running} of ${concurrency}`

/** How many have begun, of how many that may within a time. */
export const rateOf = ({ rate }: ToldQueue): string =>
  rate === undefined ? '' : `${rate.used} of ${rate.limit} in ${rate.perMs / 1000} s`
