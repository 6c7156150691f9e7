import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

interface Line {
  readonly key: string
  readonly kind: string
  readonly at: string
  readonly afterMs: number
  readonly command?: string
  readonly ok?: boolean
  readonly value?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

interface Shown {
  readonly workflow: string
  readonly state: string
  readonly createdAt: string
  readonly because?: string
  readonly input?: unknown
  readonly journal: readonly Line[]
  readonly more: number
}

export default cliCommand({
  name: 'runs show',
  summary: 'Show a run: its journal as a time line, with what is marked masked.',
  example: 'heddle runs show 0199f2c4-…',
  args: { ...runArguments, limit: { type: 'number', default: 1000, summary: 'How many lines of the journal' } },
  run({ args: { run, limit, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ShowRun', input: { run, limit }, tenant }, (value) => {
      const { workflow, state, createdAt, because, input, journal, more } = value as unknown as Shown
      const rows = journal.map(({ key, kind, at, afterMs, command, ok, value: given, error }) => ({
        at,
        after: duration(afterMs),
        key,
        what: command ?? kind,
        outcome: ok === false ? `${error?.code}: ${error?.message}` : given === undefined ? '' : JSON.stringify(given),
      }))
      out.show(value, [
        `${workflow}, ${state}, started ${createdAt}`,
        ...(because === undefined ? [] : [because]),
        ...(input === undefined ? [] : [`input ${JSON.stringify(input)}`]),
        ...(rows.length === 0 ? ['its journal is empty'] : out.table(rows)),
        ...(more > 0 ? [`${more} more lines: --limit ${limit + more}`] : []),
      ])
    })
  },
})

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** A length of time in its greatest unit, e.g. `2.5h`. */
function duration(ms: number): string {
  const unit = units.find(([, length]) => ms >= length)
  return unit ? `${Math.round((ms / unit[1]) * 10) / 10}${unit[0]}` : `${ms}ms`
}
