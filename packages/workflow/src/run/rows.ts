import type { Json } from '@heddle/core'
import { EntryRecord, type Row, RunRecord, SignalRecord, type Value } from '@heddle/data'
import { formatValue, parseValue } from '../value/far.ts'
import type { Entry, Run, RunFacts, RunState, Signal } from './run.ts'

const textOf = (json: Json | undefined): string | null => (json === undefined ? null : formatValue(json))
const timeOf = (time: Date | undefined): number | null => time?.getTime() ?? null

/** The facts of a run in its row. Most that begin have none. */
export function factsText({ facts }: Pick<Run, 'facts'>): string | null {
  const text = JSON.stringify(facts)
  return text === '{}' ? null : text
}

/** The values of a run's row, in the order of its table's columns. */
export const encodeRun = (run: Run): Value[] => [
  run.id,
  run.workflow,
  run.version,
  run.state,
  run.queue,
  formatValue(run.input),
  run.createdAt.getTime(),
  run.worker ?? null,
  factsText(run),
  run.principal ?? null,
  timeOf(run.wakeAt),
  run.lane ?? null,
  run.rank ?? null,
  run.parent ?? null,
  run.parentKey ?? null,
  textOf(run.outcome),
  timeOf(run.endedAt),
  run.deaths === 0 ? null : run.deaths,
  run.mark === 0 ? null : run.mark,
  run.claims ?? null,
  restsOf(run),
]

/** Those in a lane and those that a worker has are counted there, and those that have ended are not. */
const restsOf = ({ state, lane, worker, endedAt }: Run): RunState | null =>
  lane === undefined && worker === undefined && endedAt === undefined ? state : null

/** The run in a row. */
export const decodeRun = (row: Row): Run => runOf(RunRecord.codec.decode(row) as unknown as RunTexts)

/** A run as the record of its row holds it. */
export interface RunTexts extends Omit<Run, 'input' | 'outcome' | 'facts' | 'state' | 'deaths' | 'mark'> {
  readonly state: string
  readonly input: string
  readonly outcome?: string
  readonly facts?: string
  readonly deaths?: number
  readonly mark?: number
  readonly rests?: string
}

/** The run in a record. */
export function runOf({ state, input, outcome, facts, deaths = 0, mark = 0, rests: _rests, ...rest }: RunTexts): Run {
  return {
    ...rest,
    state: state as RunState,
    input: parseValue(input),
    ...(outcome !== undefined && { outcome: parseValue(outcome) }),
    facts: facts === undefined ? {} : (JSON.parse(facts) as RunFacts),
    deaths,
    mark,
  }
}

/** The values of an entry's row. */
export const encodeEntry = (id: string, { key, kind, command, input, value, at }: Entry): Value[] => [
  id,
  key,
  kind,
  command ?? null,
  input ?? null,
  textOf(value),
  at.getTime(),
]

/** The entry in a row. */
export function decodeEntry(row: Row): Entry {
  const { key, kind, command, input, value, at } = EntryRecord.codec.decode(row) as unknown as Entry & {
    value?: string
  }
  return { key, kind, command, input, at, ...(value !== undefined && { value: parseValue(value) }) }
}

/** The values of a signal's row. */
export const encodeSignal = ({ id, name, data, at }: Omit<Signal, 'version'>): Value[] => [
  id,
  name,
  textOf(data),
  at.getTime(),
]

/** The signal in a row. */
export function decodeSignal(row: Row): Signal {
  const { id, name, data, at } = SignalRecord.codec.decode(row) as unknown as Signal & { data?: string }
  return { id, name, at, version: row[0], ...(data !== undefined && { data: parseValue(data) }) }
}
