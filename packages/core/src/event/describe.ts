import { Defect } from '../error/defect.ts'
import type { Json } from '../manifest/json.ts'
import { withHash } from '../manifest/section.ts'
import { jsonSchemaOf, type JsonSchema } from '../schema/json-schema.ts'
import type { AnyEvent } from './event.ts'

/** An event in a manifest. */
export type EventSection = {
  readonly name: string
  readonly domain: string
  readonly summary?: string
  readonly version: number
  /** Missing where it names none. */
  readonly requirements?: readonly string[]
  /** JSON Schema of what readers get. */
  readonly data: JsonSchema
  /** Whether its events are in order by a key of their own. */
  readonly keyed: boolean
  /** `public`, a permission or `rule`. Missing: nobody outside of the app gets it. */
  readonly access?: string
  readonly hash: string
}

/**
 * An event's section of the manifest.
 *
 * @throws {Defect} InvalidDefinition, for a type that cannot be described
 */
export function describeEvent({
  name,
  domain,
  summary,
  version,
  requirements,
  data,
  key,
  access,
}: AnyEvent): EventSection & Json {
  return withHash({
    name,
    domain,
    ...(summary !== undefined && { summary }),
    version,
    ...(requirements.length > 0 && { requirements: [...requirements] }),
    data: schemaOf(name, data),
    keyed: key !== undefined,
    ...(access !== undefined && { access: typeof access === 'function' ? 'rule' : access }),
  })
}

function schemaOf(name: string, data: AnyEvent['data']): JsonSchema {
  try {
    return jsonSchemaOf(data, 'output')
  } catch (cause) {
    const reason = `the type of its data cannot be described: ${cause instanceof Error ? cause.message : cause}`
    throw new Defect('InvalidDefinition', { name: `event ${name}`, reason }, { cause })
  }
}
