export { doorsOf } from './doors-of.ts'
export { type Ability, abilities, type SurfaceFacts } from './facts.ts'
export { surfaces } from './surfaces.ts'
export type { SurfaceSection } from '../http/surface-kind.ts'
