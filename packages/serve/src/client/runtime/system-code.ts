import type { SystemCode as KnownCode } from '@heddle/core'

/** Every code that a server or this client can raise by itself. */
export type SystemCode = KnownCode
