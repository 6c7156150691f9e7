import type { EventSection } from '@heddle/core'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { declareType } from '../types/declare-type.ts'
import { docComment } from '../types/doc-comment.ts'
import { camelCase, pascalCase } from '../types/names.ts'
import { CastMaker } from './cast-of.ts'
import { localName } from './command-text.ts'
import { literalText } from './literal-text.ts'

/**
 * The type of an event's data and the constant by which it is followed.
 *
 * @param taken names of constants that stand in the same file
 */
export function eventText(event: EventSection, taken: ReadonlySet<string>): string {
  const local = localName(event)
  const constant = camelCase(local)
  const name = taken.has(constant) ? `${constant}Event` : constant
  const type = `${pascalCase(local)}${taken.has(constant) ? 'Event' : ''}Data`
  const schema = event.data as JsonSchema
  const maker = new CastMaker()
  const facts = {
    name: event.name,
    hash: event.hash,
    data: maker.castOf(schema, ''),
    types: Object.keys(maker.types).length > 0 ? maker.types : undefined,
  }
  const declared = declareType({ name: type, schema, side: 'output' })
  return `${declared}\n${docComment(event.summary)}export const ${name}: EventType<${type}> = ${literalText(facts)}\n`
}
