import { relative } from 'node:path'
import type { Reflection } from './typedoc.ts'

/** Something that a module exports, and whether a comment says what it is for. */
export interface Export {
  readonly name: string
  readonly isDocumented: boolean
  /** Where it is declared, e.g. `packages/core/src/app/app.ts:12`. */
  readonly at: string
}

/** What modules export, each once, however many of them do. One comment serves a type and a value of one name. */
export function exportsOf(modules: readonly Reflection[], root: string): Export[] {
  const found = new Map<string, Export>()
  for (const module of modules) {
    for (const exported of module.children ?? []) {
      const declared = (exported.isReference() && exported.tryGetTargetReflectionDeep?.()) || exported
      const source = declared.sources?.[0]
      const at = source === undefined ? module.name : `${relative(root, source.fullFileName)}:${source.line}`
      const file = source?.fullFileName ?? module.name
      const key = `${file} ${declared.name}`
      const before = found.get(key)
      const isDocumented = (before?.isDocumented ?? false) || hasComment(declared)
      found.set(key, { name: declared.name, isDocumented, at })
    }
  }
  return [...found.values()]
}

/** A function has its comment on a signature, and so has a constant that holds one. */
function hasComment(reflection: Reflection): boolean {
  const signatures = [...(reflection.signatures ?? []), ...(reflection.type?.declaration?.signatures ?? [])]
  return reflection.hasComment() || signatures.some((signature) => signature.hasComment())
}
