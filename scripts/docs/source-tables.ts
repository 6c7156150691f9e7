import { z } from 'zod'
import { sinkKinds } from '../../packages/stream/src/sink/kinds.ts'
import { sourceKinds } from '../../packages/stream/src/source/kinds.ts'

/** A kind of source or sink, as far as a table shows it. */
interface ShownKind {
  readonly name: string
  readonly summary: string
  readonly config: z.ZodType
  readonly examples: readonly unknown[]
  readonly promise: string
}

const deliveries: Readonly<Record<string, string>> = {
  transactional: 'exactly once',
  staged: 'exactly once',
  unit: 'exactly once',
  idempotent: 'once, by the name of the record',
  plain: 'at least once',
}

const sources = (): ShownKind[] =>
  sourceKinds.map((kind) => {
    const { guarantees } = kind.create(kind.config.parse(kind.examples[0]))
    return { ...kind, promise: guarantees.replays ? 'yes' : 'no' }
  })

const sinks = (): ShownKind[] =>
  sinkKinds.map((kind) => {
    const sink = kind.create(kind.config.parse(kind.examples[0]), { kind: 'unknown' })
    return { ...kind, promise: sink.provisional === true ? 'provisional' : deliveries[sink.delivery]! }
  })

/** The page `docs/sources-and-sinks.md` with its tables made anew. */
export const sourcesPage = (page: string): string =>
  filled(filled(page, 'sources', 'gives again', sources()), 'sinks', 'promise', sinks())

function filled(page: string, name: string, promise: string, kinds: readonly ShownKind[]): string {
  const [begin, end] = [`<!-- ${name}: written by npm run docs -->`, `<!-- /${name} -->`]
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/sources-and-sinks.md has no place for its table: ${begin} … ${end}`)
  const rows = kinds.map((kind) => {
    const example = `\`${JSON.stringify({ [kind.name]: kind.examples[0] }).replaceAll('|', '\\|')}\``
    return `| \`${kind.name}\` | ${kind.summary} | ${kind.promise} | ${example} |`
  })
  const settings = kinds.flatMap(({ name: kind, config }) => {
    const { properties = {}, required = [] } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' })
    return Object.entries(properties).map(([setting, schema]) => {
      const told = typeof schema === 'object' ? (schema.description ?? '') : ''
      return `| \`${kind}\` | \`${setting}\`${required.includes(setting) ? '' : '?'} | ${told.replaceAll('|', '\\|').replace('@default ', 'Default: ')} |`
    })
  })
  const table = [`| kind | does | ${promise} | example |`, '|---|---|---|---|', ...rows].join('\n')
  const list = ['| kind | setting | says |', '|---|---|---|', ...settings].join('\n')
  return `${before}${begin}\n\n${table}\n\n${list}\n\n${end}${after}`
}
