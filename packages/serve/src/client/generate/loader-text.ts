import type { CommandSection } from '@heddle/core'
import { type JsonSchema, resolver } from '../../cli/json-schema.ts'
import { docComment } from '../types/doc-comment.ts'
import { camelCase, pascalCase, quoted } from '../types/names.ts'
import { localName } from './command-text.ts'
import { outputOf } from './output-of.ts'
import type { RecordTypes } from './record-types.ts'
import { recordIn, variantOf } from './variant-of.ts'

/**
 * The constants by which records are loaded: one for each entity and variant that a query of the domain gives by a key and
 * nothing else. Where several do, it is the first that is not deprecated.
 *
 * @param taken names of constants that stand in the same file
 */
export function loaderTexts(
  commands: readonly CommandSection[],
  types: RecordTypes,
  taken: ReadonlySet<string>,
): readonly string[] {
  const texts = new Map<string, string>()
  const lasting = [...commands].sort(
    (one, other) => Number(Boolean(one.deprecated)) - Number(Boolean(other.deprecated)),
  )
  for (const command of lasting) {
    const found = keyedRecord(command)
    if (!found) continue
    const { record, field } = found
    const entity = record['x-record']!
    const variant = variantOf(record, resolver(command.output as JsonSchema))
    const wanted = camelCase(types.entityName(entity)) + variant
    if (texts.has(wanted)) continue
    const name = taken.has(wanted) ? `${wanted}Record` : wanted
    const type = pascalCase(localName(command))
    const key = record['x-key']!
    const typed = `Loader<${quoted(key)}, ${types.keyOf(record)}, ${type}Value, ${type}Error>`
    const facts = Object.entries({
      entity: quoted(entity),
      key: quoted(key),
      field: quoted(field),
      by: `() => ${camelCase(localName(command))}`,
    })
    const value = facts.map(([fact, text]) => `  ${fact}: ${text},\n`).join('')
    const doc = docComment(`Loads ${entity} by \`${command.name}\`.`)
    texts.set(wanted, `${doc}export const ${name}: ${typed} = {\n${value}}\n`)
  }
  return [...texts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text)
}

/** The record that a query answers with, and the field that takes its key, where it has to be told nothing else. */
function keyedRecord(command: CommandSection): { record: JsonSchema; field: string } | undefined {
  if (command.kind !== 'query') return undefined
  const { value, item } = outputOf(command)
  const record = item ? undefined : recordIn(value, resolver(value))
  const key = record?.['x-key']
  if (!record || key === undefined || record.properties?.[key] === undefined) return undefined
  const { properties = {}, required = [] } = command.input as JsonSchema
  const [field, ...others] = required
  if (field === undefined || others.length > 0) return undefined
  const isKey = properties[field]?.['x-entity'] === record['x-record'] || field === key
  return isKey ? { record, field } : undefined
}
