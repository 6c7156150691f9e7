export { decodeJson } from './decode-json.ts'
export { decodeQuery, type TextFields } from './decode-query.ts'
export { decodeLimits, type DecodeLimits } from './limits.ts'
