import type { JobStatus } from '@heddle/stream'
import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'
import { threadText } from './job-text.ts'

interface Explained {
  readonly plan: string
  readonly place?: JobStatus['place']
  readonly guarantee: { readonly text: string; readonly because: readonly string[] }
  readonly sources: readonly {
    readonly name: string
    readonly kind: string
    readonly decode: string
    readonly needed?: readonly string[]
    readonly what: unknown
  }[]
  readonly steps: readonly {
    readonly step: string
    readonly kind: string
    readonly reads: readonly string[]
    readonly state: Readonly<Record<string, string>>
  }[]
  readonly sinks: readonly {
    readonly name: string
    readonly kind: string
    readonly delivery: string
    readonly what: unknown
  }[]
  readonly notes: readonly string[]
  readonly behind: readonly string[]
  readonly late: readonly string[]
}

export default cliCommand({
  name: 'jobs explain',
  summary: 'Explain a job: its plan, its weakest link, what each step reads and keeps, and why it is behind.',
  example: 'heddle jobs explain flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ExplainJob', input: { job: name }, tenant }, (value) => {
      const { plan, place, guarantee, sources, steps, sinks, notes, behind, late } = value as unknown as Explained
      out.show(value, [
        plan,
        '',
        `guarantee  ${guarantee.text}`,
        ...guarantee.because.slice(1).map((more) => `           and ${more}`),
        `thread     ${threadText(place)}`,
        '',
        ...out.table(
          sources.map(({ name: source, kind, decode, needed, what }) => ({
            source,
            kind,
            decodes: needed ? `only ${needed.join(', ')}` : decode,
            what: JSON.stringify(what),
          })),
        ),
        '',
        ...out.table(
          steps.map(({ step, kind, reads, state }) => ({
            step,
            kind,
            reads: reads.join(', '),
            keeps: Object.entries(state)
              .map(([cell, what]) => `${cell}: ${what}`)
              .join(', '),
          })),
        ),
        '',
        ...out.table(
          sinks.map(({ name: sink, kind, delivery, what }) => ({ sink, kind, delivery, what: JSON.stringify(what) })),
        ),
        ...(notes.length === 0 ? [] : ['', 'It may not be meant that', ...notes.map((one) => `  ${one}`)]),
        ...(behind.length === 0
          ? ['', 'It is not behind.']
          : ['', 'It is behind because', ...behind.map((one) => `  ${one}`)]),
        ...(late.length === 0 ? [] : ['', 'It is no lag that', ...late.map((one) => `  ${one}`)]),
      ])
    })
  },
})
