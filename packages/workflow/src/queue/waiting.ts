import { type Database, RunRecord } from '@heddle/data'
import { laneParts, perPriority } from '../run/run.ts'

/** The runs of one lane that wait for their turn. */
export interface WaitingLane {
  readonly queue: string
  readonly tenant: string
  readonly fairness: string
  readonly waiting: number
  /** Since when the oldest of them waits, UTC, milliseconds since 1970. */
  readonly oldest: number
}

const hasLane = { kind: 'compare', column: 'lane', by: 'gt', value: '' } as const

/** All lanes in which runs wait, counted in the index of lanes. */
export async function waitingLanes(database: Database): Promise<WaitingLane[]> {
  const least = { column: 'rank', of: perPriority }
  const counted = await database.countAcross(RunRecord.table, { by: ['lane'], where: hasLane, least })
  return counted.map(({ values: [lane], rows, least: oldest }) => ({
    ...laneParts(lane!),
    waiting: rows,
    oldest: oldest ?? 0,
  }))
}

const hasWorker = { kind: 'compare', column: 'worker', by: 'gt', value: '' } as const

/** How many runs of each queue run, in all processes together. */
export async function runningByQueue(database: Database): Promise<ReadonlyMap<string, number>> {
  const counted = await database.countAcross(RunRecord.table, { by: ['queue'], where: hasWorker })
  return new Map(counted.map(({ values: [queue], rows }) => [queue!, rows]))
}

/** How many runs are in each of the states in which nobody works on them and they stand in no lane. */
export async function restingByState(database: Database): Promise<ReadonlyMap<string, number>> {
  const where = { kind: 'compare', column: 'rests', by: 'gt', value: '' } as const
  const counted = await database.countAcross(RunRecord.table, { by: ['rests'], where })
  return new Map(counted.map(({ values: [state], rows }) => [state!, rows]))
}
