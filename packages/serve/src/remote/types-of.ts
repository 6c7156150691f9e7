import { type CommandSection, describeAs, error, fileRules, type JsonSchema, type Schema, stream } from '@heddle/core'
import type { JsonSchema as ReadSchema } from '../cli/json-schema.ts'
import { declaredErrors } from './callable-sections.ts'
import { type TextFormats, typeFromJson } from './type-from-json.ts'

/**
 * The types of a command of another app, as if they were declared here; described as the other app describes them.
 *
 * @param formats the types of this app for texts of a format
 */
export function typesOf(section: CommandSection, formats?: TextFormats) {
  const { input, output, errors } = section
  const told = (schema: JsonSchema, side: 'input' | 'output', canBeMissing = false): Schema => {
    const type = typeFromJson(schema as ReadSchema, side, formats)
    // A file is the whole answer, and there is one.
    const whole = canBeMissing && !fileRules(type) ? type.optional() : type
    describeAs(whole, schema)
    return whole
  }
  // JSON Schema does not say that there may be no value at all.
  return {
    input: told(input, 'input'),
    output: isStreamed(output)
      ? stream(told(output.stream.item, 'output'), told(output.stream.final, 'output', true))
      : told(output, 'output', true),
    errors: Object.fromEntries(
      declaredErrors(section).map(([code]) => {
        const { data, category, severity, retry, message, help } = errors[code]!
        const facts = { category, severity, retry, message, ...(help !== undefined && { help }) }
        // It is a type of its own, so it is described once it has its facts.
        const type = error(typeFromJson(data as ReadSchema, 'output', formats), facts as Parameters<typeof error>[1])
        describeAs(type, data)
        return [code, type]
      }),
    ),
  }
}

const isStreamed = (
  output: CommandSection['output'],
): output is { readonly stream: { readonly item: JsonSchema; readonly final: JsonSchema } } =>
  typeof output.stream === 'object' && output.stream !== null && 'item' in output.stream
