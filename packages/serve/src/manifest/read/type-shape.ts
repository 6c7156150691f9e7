import { z } from 'zod'

/** What is read of a JSON Schema; other keywords are kept as they are. */
export const Type = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  get properties() {
    return z.record(z.string(), Type).optional()
  },
  required: z.array(z.string()).optional(),
  get additionalProperties(): z.ZodType {
    return z.union([z.boolean(), Type]).optional()
  },
  get propertyNames() {
    return Type.optional()
  },
  get items(): z.ZodType {
    return z.union([z.boolean(), Type]).optional()
  },
  get prefixItems() {
    return z.array(Type).optional()
  },
  get anyOf() {
    return z.array(Type).optional()
  },
  get oneOf() {
    return z.array(Type).optional()
  },
  get allOf() {
    return z.array(Type).min(1).optional()
  },
  get not() {
    return Type.optional()
  },
  get $defs() {
    return z.record(z.string(), Type).optional()
  },
  enum: z.array(z.unknown()).optional(),
  $ref: z.string().optional(),
  format: z.string().optional(),
  pattern: z.string().refine(isPattern, 'a regular expression was expected').optional(),
  description: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  uniqueItems: z.boolean().optional(),
  'x-sensitive': z.boolean().optional(),
  'x-map': z.boolean().optional(),
  'x-entity': z.string().optional(),
  'x-record': z.string().optional(),
  'x-key': z.string().optional(),
  'x-variant': z.string().optional(),
  'x-file': z.looseObject({ maxBytes: z.number().optional(), types: z.array(z.string()).optional() }).optional(),
})

function isPattern(text: string): boolean {
  try {
    void new RegExp(text)
    return true
  } catch {
    return false
  }
}
