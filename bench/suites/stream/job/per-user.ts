import { parsePlan } from '@heddle/pipeline'
import { largeSales, leastAmount, recordCount } from '../json-window/records.ts'
import { apartMs } from './sales-source.ts'

/** The job of all contenders: half of the sales, counted by user in windows of ten minutes, which are 200,000 sales. */
export const perUser = (sink: string, window = '10m') => {
  const parsed = parsePlan(`heddle: 1
pipeline: sales.PerUser
access: public
source: { given: sales, type: { user: string, at: int, amount: number }, time: it.at }
steps:
  - { id: large, filter: it.amount >= ${leastAmount} }
  - { id: perUser, window: { tumbling: ${window}, by: it.user }, aggregate: { sales: count() } }
sink: ${sink}
checkpoint: 1s
`)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.plan
}

const windowMs = 600_000
/** How many sales are in a window; whole windows make a pass over the records. */
const perWindow = windowMs / apartMs

/** How many sales the windows count that are over once so many were read. */
export function salesOver(read: number): number {
  const watermark = (read - 1) * apartMs - 1
  const windows = Math.max(0, Math.floor((watermark + 1) / windowMs))
  const perPass = recordCount / perWindow
  return Math.floor(windows / perPass) * largeIn(perPass) + largeIn(windows % perPass)
}

const known = new Map<number, number>()

/** How many large sales the first windows of a pass hold. */
function largeIn(windows: number): number {
  const count = known.get(windows) ?? largeSales(0, windows * perWindow).length
  known.set(windows, count)
  return count
}
