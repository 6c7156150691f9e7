import type { Json } from '@heddle/core'
import { z } from 'zod'
import { stepKinds } from '../kinds/kinds.ts'
import type { StepKind } from '../kinds/kind.ts'
import { stepList } from '../kinds/step-list.ts'
import { commonFields } from '../plan/common-fields.ts'
import { planFields } from '../plan/plan-fields.ts'

type JsonSchema = { readonly [keyword: string]: Json }

/**
 * The JSON Schema (draft 2020-12) of plans, so that editors complete and check them while they are written. It is
 * published beside this file as `plan.schema.json`.
 *
 * @example # yaml-language-server: $schema=node_modules/@heddle/pipeline/text/plan.schema.json
 */
export function planSchema(): JsonSchema {
  const { properties, required } = schemaOf(planFields) as { properties: JsonSchema; required: string[] }
  const kinds = [...stepKinds.values()]
  const common = schemaOf(commonFields).properties as JsonSchema
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A pipeline of Heddle',
    type: 'object',
    properties: { ...properties, steps },
    required,
    // A job may take records as they are from its source into its sink.
    anyOf: [
      { required: ['steps'], properties: { steps: { minItems: 1 } } },
      { required: ['source'] },
      { required: ['sources'] },
    ],
    additionalProperties: false,
    $defs: {
      steps: { type: 'array', items: { $ref: '#/$defs/step' } },
      step: {
        type: 'object',
        properties: {
          ...common,
          ...besideSchemas(kinds),
          ...Object.fromEntries(kinds.map((kind) => [kind.name, kindSchema(kind)])),
        },
        required: ['id'],
        oneOf: kinds.map((kind) => alternative(kind, kinds)),
        additionalProperties: false,
      },
    },
  }
}

const steps = { $ref: '#/$defs/steps' }

/** What makes a step one of a kind: its name, with the fields beside it, and no other kind to which it belongs. */
function alternative({ name, beside = {} }: StepKind, kinds: readonly StepKind[]): Json {
  const owners = kinds.filter((kind) => kind.beside !== undefined && Object.hasOwn(kind.beside, name))
  const without = owners.length === 0 ? {} : { not: { anyOf: owners.map((kind) => ({ required: [kind.name] })) } }
  return { required: [name, ...Object.keys(beside)], ...without }
}

/** The fields that stand beside kinds; one that is a kind itself is described as that. */
const besideSchemas = (kinds: readonly StepKind[]): JsonSchema =>
  Object.fromEntries(
    kinds.flatMap(({ beside = {} }) => Object.entries(beside).map(([name, type]) => [name, schemaOf(type)] as const)),
  )

/** The settings of a kind; a bare value where it has a short form. */
function kindSchema({ name, summary, config, short, beside, examples }: StepKind): Json {
  const full = schemaOf(config)
  const described = {
    description: summary,
    examples: beside ? examples.map((one) => (one as JsonSchema)[name]!) : [...examples],
  }
  const bare = short === undefined ? undefined : (full.properties as JsonSchema | undefined)?.[short]
  return bare === undefined ? { ...described, ...full } : { ...described, anyOf: [bare, full] }
}

function schemaOf(type: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if ((zodSchema as unknown) !== stepList) return
      for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword as keyof typeof jsonSchema]
      Object.assign(jsonSchema, steps)
    },
  })
  return inlined(schema as { readonly [keyword: string]: Json })
}

/** Zod writes JSON values as references into a schema of their own; here anything may stand in their place. */
function inlined(schema: JsonSchema): JsonSchema {
  const { $defs: own, ...rest } = schema
  if (own === undefined) return rest
  return JSON.parse(JSON.stringify(rest), (_key, value: unknown) => {
    const ref = typeof value === 'object' && value !== null ? (value as { $ref?: unknown }).$ref : undefined
    if (typeof ref !== 'string' || ref === steps.$ref) return value
    const { $ref: _ref, ...more } = value as { $ref: string }
    return more
  }) as JsonSchema
}
