import type { Json, JsonSchema } from '@heddle/core'
import { walkSchema } from './walk-schema.ts'

/** A reference to a schema of the document. */
export interface Reference {
  readonly [keyword: string]: Json
  readonly $ref: string
}

/** Which way a value goes: only what is sent may be `writeOnly`. */
export type Direction = 'sent' | 'answered'

const place = '#/components/schemas/'

/**
 * The schemas of a document. A type that contains itself says so with `#/$defs/…`, which counts from the root of the
 * document that it stands in: such definitions move to the components, and what refers to them follows.
 */
export class Components {
  readonly schemas: Record<string, Json> = {}

  /** Puts a schema under a name and refers to it. */
  put(name: string, schema: JsonSchema, direction: Direction): Reference {
    const key = keyOf(name)
    const { $defs, ...own } = schema
    for (const [def, inner] of Object.entries((typeof $defs === 'object' && $defs) || {})) {
      this.schemas[keyOf(`${name}.${def}`)] = this.within(name, inner as Json, direction)
    }
    this.schemas[key] = this.within(name, own, direction)
    return { $ref: place + key }
  }

  /** A part of a schema that was put under a name, to stand elsewhere. */
  within(name: string, part: Json, direction: Direction): Json {
    return walkSchema(part, (schema) => {
      const { $ref, ...beside } = schema
      const moved = typeof $ref === 'string' ? { ...beside, $ref: moveReference(name, $ref) } : schema
      // A secret is sent and never read back; an output that holds one is read, whatever it is marked with.
      return schema['x-sensitive'] === true && direction === 'sent' ? { ...moved, writeOnly: true } : moved
    })
  }
}

function moveReference(name: string, ref: string): string {
  const def = ref.startsWith('#/$defs/') && decodeURIComponent(ref.slice('#/$defs/'.length))
  return def === false ? ref : place + keyOf(`${name}.${def.replaceAll('~1', '/').replaceAll('~0', '~')}`)
}

/** OpenAPI lets a component's name hold letters, digits, dots, dashes and underscores. */
const keyOf = (name: string) => name.replaceAll(/[^\w.-]/g, '_')
