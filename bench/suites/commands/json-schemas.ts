const properties = {
  id: { type: 'string', minLength: 1, maxLength: 64 },
  name: { type: 'string', minLength: 1, maxLength: 100 },
  qty: { type: 'integer', minimum: 1, maximum: 1000 },
  price: { type: 'number', minimum: 0 },
  active: { type: 'boolean' },
} as const

/** The input type as JSON Schema. */
export const order = { type: 'object', properties, required: Object.keys(properties) }
