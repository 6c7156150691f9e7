export { decodeJson, decodeLimits, type DecodeLimits } from '@heddle/core'
export { decodeQuery, type TextFields } from './decode-query.ts'
