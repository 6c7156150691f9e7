import { anyIndex, type PathSegment } from '../../error/key.ts'
import type { Schema } from '../schema.ts'
import { zodType, type ZodType } from '../zod-type.ts'
import { annotationOf, holdsAnnotation } from './annotate.ts'
import { masked } from './masked.ts'
import { stepsOf } from './steps.ts'

/** Whether the way to a place of a value leads into something that its type marks. */
export function crossesAnnotated(schema: Schema, path: readonly PropertyKey[]): boolean {
  if (!holdsAnnotation(schema)) return false
  let here = atOnePlace([zodType(schema)])
  for (const segment of path) {
    if (here.some(isMarked) || here.some(hasMarkedKeys)) return true
    here = next(here, segment)
  }
  return here.some(isMarked)
}

/** A path as it may be told: without the segments that are marked keys of a record. */
export function toldPath(schema: Schema, path: readonly PathSegment[]): readonly PathSegment[] {
  if (!holdsAnnotation(schema)) return path
  let here = atOnePlace([zodType(schema)])
  return path.map((segment) => {
    const told = here.some(hasMarkedKeys) ? masked : segment
    here = next(here, segment)
    return told
  })
}

const isMarked = (type: ZodType) => annotationOf(type) !== undefined

function hasMarkedKeys({ _zod: { def } }: ZodType): boolean {
  return (def.type === 'record' || def.type === 'map') && holdsAnnotation(def.keyType)
}

/** The types that can stand one step further. */
function next(types: readonly ZodType[], segment: PropertyKey): ZodType[] {
  const parts = types.flatMap((type) => {
    const steps = stepsOf(type)
    const named = steps.filter(([step]) => step === String(segment))
    return (named.length > 0 ? named : steps.filter(([step]) => step === anyIndex)).map(([, part]) => part as ZodType)
  })
  return atOnePlace(parts)
}

/** The types with those that they wrap, unite or pipe. */
function atOnePlace(types: readonly ZodType[]): ZodType[] {
  const found = new Set(types)
  for (const type of found) for (const [step, part] of stepsOf(type)) if (step === undefined) found.add(part as ZodType)
  return [...found]
}
