import { z } from 'zod'
import type { RawIssue } from '../issues.ts'
import { build, caught, exclusive, mapEntryFailed, recordKey, unionFailed } from './composites.ts'
import { intersect } from './intersection.ts'
import {
  checkFailed,
  checkFrom,
  cut,
  join,
  enter,
  Failed,
  tooDeep,
  leafRun,
  PendingError,
  push,
  refineFailed,
  zodParse,
  zodRun,
} from './payload.ts'

/** What generated code calls, by the names it uses. */
export const helpers = {
  push,
  join,
  cut,
  enter,
  Failed,
  tooDeep,
  leafRun,
  zodRun,
  zodParse,
  checkFrom,
  checkFailed,
  refineFailed,
  build,
  unionFailed,
  exclusive,
  caught,
  mapEntryFailed,
  recordKey,
  intersect,
  PendingError,
  AsyncError: z.core.$ZodAsyncError,
  isPlainObject: z.core.util.isPlainObject,
  codePointLength: z.core.util.codePointLength,
  floatSafeRemainder: z.core.util.floatSafeRemainder,
  isFatal: (issue: RawIssue) => issue.code !== 'unrecognized_keys',
  isEnumerable: Object.prototype.propertyIsEnumerable,
}
