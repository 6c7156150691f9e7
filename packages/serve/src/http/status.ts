import type { AnyFailure, Category, SystemCode } from '@heddle/core'

/**
 * The one table from errors to HTTP status codes (RFC 9110): a code of its own where HTTP has a name for it, else that
 * of the category. A declared error that has the same code as one of ours gets the same status.
 */
export const statusOfCode: Readonly<Partial<Record<SystemCode, number>>> = {
  TooLarge: 413,
  PushTooLarge: 413,
  OffsetOutOfRange: 410,
  UnsupportedMediaType: 415,
  NotFound: 404,
  RunNotFound: 404,
  ScheduleNotFound: 404,
  UnknownCommand: 404,
  UnknownTopic: 404,
  UnknownPartition: 404,
  UnknownPath: 404,
  UnsupportedMethod: 405,
  NotAcceptable: 406,
  Unauthenticated: 401,
  InvalidCredentials: 401,
  UnknownPrincipal: 401,
  Denied: 403,
  TenantDenied: 403,
  DeadlineExceeded: 504,
  Cancelled: 503,
  Conflict: 409,
  InProgress: 409,
  NotUnique: 409,
  RunEnded: 409,
  RunCancelled: 409,
  WrongRunState: 409,
  CannotRetry: 409,
  NoApproval: 409,
  NotExposed: 409,
  StepNotFound: 404,
  LeaseLost: 409,
  TopicExists: 409,
  ProducerFenced: 409,
  SequenceGap: 409,
  ConstraintBroken: 422,
  MissingReference: 422,
  StillReferenced: 409,
  WrongExpectedVersion: 409,
  VersionOutdated: 412,
  KeyReused: 422,
  RateLimited: 429,
  LimitReached: 429,
  ShuttingDown: 503,
  Unavailable: 503,
  DiskFull: 507,
  FileCannotGrow: 507,
}

/** The status of a category, for codes that have none of their own. */
export const statusOfCategory: Readonly<Record<Category, number>> = {
  data: 400,
  auth: 403,
  domain: 422,
  runtime: 503,
  system: 500,
  external: 502,
}

/** The status of an outcome that failed: that of its first error. */
export function statusOf({ code, category }: Pick<AnyFailure, 'code' | 'category'>): number {
  return (Object.hasOwn(statusOfCode, code) && statusOfCode[code as SystemCode]) || statusOfCategory[category]
}
