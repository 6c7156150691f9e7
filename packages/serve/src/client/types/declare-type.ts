import { type JsonSchema, resolver } from '../../cli/json-schema.ts'
import { docComment } from './doc-comment.ts'
import type { Form } from './forms.ts'
import { pascalCase } from './names.ts'
import { interfaceBody, typeText, type TypeTextOptions } from './type-text.ts'

/** What is declared, and how. */
export interface DeclaredType {
  /** What the type is called; those that it refers to are called by it, too: `Tree` of `FindTreeInput` is `FindTreeInputTree`. */
  readonly name: string
  readonly schema: JsonSchema
  readonly side: 'input' | 'output'
  /** One sentence in front of it. */
  readonly doc?: string
  /** What stands for each form of text. @default those of a client: `Date`, `bigint`, `string`, `Blob` */
  readonly words?: Readonly<Record<Form, string>>
  /** Whether sets and maps are written as such. @default false: as lists */
  readonly hasContainers?: boolean
  /** What a part of it is called that is declared elsewhere. */
  readonly nameOf?: (schema: JsonSchema) => string | undefined
}

/** What stands for the forms of text in a client. */
export const clientWords: Readonly<Record<Form, string>> = {
  date: 'Date',
  bigint: 'bigint',
  decimal: 'string',
  file: 'Blob',
}

/**
 * Declarations of TypeScript for a type of a manifest, exported. The same schema gives the same text.
 *
 * @example
 * declareType({ name: 'FindAccountInput', schema, side: 'input' }) // 'export interface FindAccountInput {\n  readonly id: string\n}\n'
 */
export function declareType(declared: DeclaredType): string {
  const { name, schema, side, doc, words = clientWords, hasContainers = false, nameOf } = declared
  const definitions = Object.keys(schema.$defs ?? {})
  const names = new Map(definitions.map((each) => [`#/$defs/${each}`, name + definitionName(each)]))
  const options: TypeTextOptions = {
    side,
    words,
    hasContainers,
    resolve: resolver(schema),
    nameOf: (ref) => names.get(ref) ?? 'unknown',
    ...(nameOf && { named: nameOf }),
  }
  const { $defs = {}, ...root } = schema
  const inner = Object.entries($defs).map(([each, type]) => declaration(names.get(`#/$defs/${each}`)!, type, options))
  return [docComment(doc) + declaration(name, root, options), ...inner].join('\n')
}

/** Zod calls what it finds by itself `__schema0`. */
const definitionName = (name: string) => pascalCase(name.replace('__schema', 'Part'))

function declaration(name: string, schema: JsonSchema, options: TypeTextOptions): string {
  const body = options.named?.(schema) === undefined ? interfaceBody(schema, options) : undefined
  return body === undefined
    ? `export type ${name} = ${typeText(schema, options)}\n`
    : `export interface ${name} ${body}\n`
}
