import { type AnyFailure, systemFailure } from '@heddle/core'

/** The failure of a form that cannot be read. */
export const unfit = (reason: string, cause?: unknown): AnyFailure =>
  systemFailure('MalformedInput', { format: 'form', reason }, { cause })
