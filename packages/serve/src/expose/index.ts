export { expose } from './expose.ts'
export type {
  ErrorTransformer,
  ErrorTransformers,
  Exposure,
  InputTransformer,
  ItemTransformer,
  ResultTransformer,
  ToldErrors,
} from './exposure.ts'
export { type Cookie, type Reply } from './reply.ts'
export { cookieOf } from './cookie-of.ts'
