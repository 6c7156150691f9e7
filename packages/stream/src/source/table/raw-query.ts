import { Defect, type OpenApp } from '@heddle/core'
import type { RawQuery, Value } from '@heddle/data'
import { entityIn } from '../changes.ts'

/**
 * Makes a query of its text: `{flights.Flight}` stands for the table of an entity, `:after` for a value, which is bound.
 *
 * @throws {Defect} InvalidDefinition for a name that has no value; MissingPart for an entity that is not there
 */
export function rawQuery(
  text: string,
  values: Readonly<Record<string, Value | undefined>>,
  app: OpenApp,
  job: string,
): RawQuery {
  const parts: RawQuery['parts'][number][] = []
  let from = 0
  // What stands in quotes is text, and `::` is a cast.
  for (const found of text.matchAll(/'(?:[^']|'')*'|::|\{([\w.]+)\}|:([a-zA-Z]\w*)/g)) {
    const [whole, entity, name] = found
    if (entity === undefined && name === undefined) continue
    parts.push(text.slice(from, found.index))
    from = found.index + whole.length
    if (entity !== undefined) parts.push({ table: entityIn(app, entity, job).table })
    else if (Object.hasOwn(values, name!)) parts.push({ value: values[name!] ?? null })
    else {
      const reason = `its SQL names :${name}, which has no value; there are ${Object.keys(values).join(', ')}`
      throw new Defect('InvalidDefinition', { name: `the source of ${job}`, reason })
    }
  }
  parts.push(text.slice(from))
  return { parts }
}
