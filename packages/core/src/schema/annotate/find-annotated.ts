import type { Schema } from '../schema.ts'
import { zodType, type ZodType } from '../zod-type.ts'
import { type Annotation, annotationOf } from './annotate.ts'
import { stepsOf } from './steps.ts'

/** Where in a type something is marked, and how. */
export interface AnnotatedPlace extends Annotation {
  /** Field names; `#` stands for any element of a list and any key of a record. */
  readonly path: readonly string[]
}

/**
 * The marked places of a type. What lies inside a marked place is not listed again, and a recursive type is followed to
 * its first repetition.
 *
 * @example
 * findAnnotated(z.object({ owner: z.object({ email: pii(z.email()) }) })) // [{ path: ['owner', 'email'], pii: true }]
 */
export function findAnnotated(schema: Schema): readonly AnnotatedPlace[] {
  const places = new Map<string, AnnotatedPlace>()
  const visit = (type: ZodType, path: readonly string[], around: readonly ZodType[]): void => {
    const annotation = annotationOf(type)
    if (annotation) {
      const address = JSON.stringify(path)
      places.set(address, { path, ...places.get(address), ...annotation })
      return
    }
    if (around.includes(type)) return
    for (const [step, part] of stepsOf(type)) {
      visit(part as ZodType, step === undefined ? path : [...path, step], [...around, type])
    }
  }
  visit(zodType(schema), [], [])
  return [...places.values()]
}
