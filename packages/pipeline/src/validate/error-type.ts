import type { ValueType } from '../expression/index.ts'

const text: ValueType = { kind: 'string' }

/** The type of `error` in the steps of a `catch`. */
export const errorType: ValueType = {
  kind: 'record',
  fields: {
    code: { type: text },
    key: { type: text },
    category: { type: text },
    message: { type: text },
    data: { type: { kind: 'unknown' } },
  },
}
