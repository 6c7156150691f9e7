import { z } from 'zod'
import { checksOf, type ZodType } from './zod-type.ts'

/** The limits of a date or a big integer, which JSON Schema has no keyword for. */
export type Bound = bigint | Date

export interface Bounds {
  minimum?: Bound
  maximum?: Bound
  exclusiveMinimum?: Bound
  exclusiveMaximum?: Bound
}

/** The tightest limits that the checks of a date or big integer state. */
export function boundsOf(type: ZodType): Bounds {
  const bounds: Bounds = {}
  for (const check of checksOf(type)) {
    const { def } = check._zod
    if (def.check === 'greater_than') raise(bounds, def.inclusive ? 'minimum' : 'exclusiveMinimum', def.value as Bound)
    if (def.check === 'less_than') lower(bounds, def.inclusive ? 'maximum' : 'exclusiveMaximum', def.value as Bound)
    if (def.check === 'bigint_format') {
      const [minimum, maximum] = z.core.util.BIGINT_FORMAT_RANGES[def.format]
      raise(bounds, 'minimum', minimum)
      lower(bounds, 'maximum', maximum)
    }
  }
  return bounds
}

function raise(bounds: Bounds, side: 'minimum' | 'exclusiveMinimum', value: Bound): void {
  const known = bounds[side]
  if (known === undefined || value > known) bounds[side] = value
}

function lower(bounds: Bounds, side: 'maximum' | 'exclusiveMaximum', value: Bound): void {
  const known = bounds[side]
  if (known === undefined || value < known) bounds[side] = value
}
