import type { AnyEntity } from '../entity/entity.ts'
import type { Paths } from './associations.ts'

/** The names of the entities that a repository may read: its own, and those to which ways lead from it. */
export function readableBy(entity: AnyEntity, paths: Paths): ReadonlySet<string> {
  const names = new Set([entity.name])
  const seen = new Set<string>()
  follow(entity, paths)
  return names

  function follow(from: AnyEntity, ways: Paths): void {
    // Ways may lead in a circle. The same entity may be met with other ways on: those of a repository, or of its references.
    const place = JSON.stringify([from.name, ...Object.keys(ways)])
    if (seen.has(place)) return
    seen.add(place)
    for (const { target, through, paths: onward } of Object.values(ways)) {
      names.add(target.name)
      if (through) names.add(through.entity.name)
      follow(target, onward())
    }
  }
}
