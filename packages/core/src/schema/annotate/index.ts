export {
  type AnnotateOptions,
  type Annotation,
  annotationOf,
  exposed,
  holdsAnnotation,
  markedLike,
  pii,
  sensitive,
} from './annotate.ts'
export { type AnnotatedPlace, findAnnotated } from './find-annotated.ts'
export { mask, type MaskSide } from './mask.ts'
export { masked } from './masked.ts'
export { withhold } from './withhold.ts'
