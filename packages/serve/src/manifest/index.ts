export type { ClientManifest, Compatibility, CompatibilityChange } from './compatibility.ts'
export { compatibilityOf } from './compatibility.ts'
export { compatiblePath, manifestPath } from './manifest-endpoints.ts'
export { publicManifest, surfaceOf } from './public-manifest.ts'
