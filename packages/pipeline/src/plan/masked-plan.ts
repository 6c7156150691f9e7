import { isJob, kindFields, type NamedWay, sinkFields, sinksIn, sourceFields, sourcesIn } from './stream-fields.ts'
import type { Plan, SinkPlan, SourcePlan } from './plan.ts'

/** What stands for a part that is not told. */
const masked = '…'

/** Names of headers, settings and parameters whose value is a secret more often than not. */
export const secretName = /authorization|cookie|api[-_]?key|access[-_]?key|token|secret|password|passwd/i

/**
 * An address as it is told to people: without who is let in, and without its query, since both may hold a key. A text that is no
 * address stays what it is.
 *
 * @example maskedUrl('https://me:key@example.org/bulk?token=1') // 'https://…@example.org/bulk?…'
 */
export const maskedUrl = (text: string): string =>
  isUrl(text) ? text.replace(/\?.*$/s, `?${masked}`).replace(/\/\/[^/?#]*@/, `//${masked}@`) : text

/** Whether a text is an address with a scheme, e.g. `https://…`. */
export const isUrl = (text: string): boolean => /^[a-z][\w+.-]*:\/\//i.test(text)

/**
 * The plan as it is told to people, in which the settings of sources and sinks hold no secret: addresses are masked, and so are
 * the values of headers. It is for reading; the plan that runs is the whole one, and so is the one that its hash is of.
 */
export function maskedPlan(plan: Plan): Plan {
  if (!isJob(plan)) return plan
  const told: Record<string, unknown> = { ...plan }
  const put = ({ path, name, way }: NamedWay<SourcePlan | SinkPlan>, common: readonly string[]) => {
    if (typeof way !== 'object' || way === null) return
    const own = kindFields(way, common)
    const shown = Object.fromEntries(
      Object.entries(way).map(([field, value]) => [field, own.includes(field) ? maskedValue(value, false) : value]),
    )
    const [word = ''] = path
    told[word] = path.length === 1 ? shown : { ...(told[word] as object), [name]: shown }
  }
  for (const source of sourcesIn(plan)) put(source, sourceFields)
  for (const sink of sinksIn(plan)) put(sink, sinkFields)
  return told as unknown as Plan
}

/** @param isSecret texts in it are none that are told */
function maskedValue(value: unknown, isSecret: boolean): unknown {
  if (typeof value === 'string') return isSecret ? masked : maskedUrl(value)
  if (Array.isArray(value)) return value.map((part: unknown) => maskedValue(part, isSecret))
  if (typeof value !== 'object' || value === null) return value
  if (isReference(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      maskedValue(part, isSecret || name === 'headers' || secretName.test(name)),
    ]),
  )
}

/** `{ env: NAME }` and `{ secret: name }` say where a secret is, and hold none. */
const isReference = (value: object): boolean => {
  const [name, ...others] = Object.keys(value)
  return others.length === 0 && (name === 'env' || name === 'secret')
}
