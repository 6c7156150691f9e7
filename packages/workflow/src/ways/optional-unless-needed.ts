import type { Schema } from '@heddle/core'
import type { z } from 'zod'

/** The type of a field that may be left out where nothing has to be in it. */
export function optionalUnlessNeeded(type: Schema): z.ZodType {
  const data = type as z.ZodType
  return fitsNothing(data) ? data.prefault({}) : data
}

/** Whether nothing has to be in what is sent. */
export function fitsNothing(type: Schema): boolean {
  try {
    return (type as z.ZodType).safeParse({}).success
  } catch {
    // A type that waits for something cannot be asked here.
    return false
  }
}
