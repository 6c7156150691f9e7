import type { AnyEntity } from '../entity/entity.ts'
import { type Path, type Paths, referencePaths } from '../repository/associations.ts'

/** What knows ways from the records of an entity: the port of a repository. */
export interface KnowsWays {
  readonly entity: AnyEntity
  readonly paths: () => Paths
}

/** All ways of an app among its records, by the name of the entity from which they lead on. */
export type Ways = (entity: AnyEntity) => Paths

/**
 * Puts together what the repositories of an app declare, each for itself: so that from wherever one comes, every way
 * goes on.
 */
export function waysAmong(repositories: Iterable<KnowsWays>): Ways {
  const declared = new Map<string, Paths>()
  for (const { entity, paths } of repositories) declared.set(entity.name, { ...declared.get(entity.name), ...paths() })
  const known = new Map<string, Paths>()
  const waysOf: Ways = (entity) => {
    let ways = known.get(entity.name)
    if (ways) return ways
    const whole: Record<string, Path> = {}
    known.set(entity.name, (ways = whole))
    for (const [name, path] of Object.entries({ ...referencePaths(entity), ...declared.get(entity.name) }))
      whole[name] = { ...path, paths: () => waysOf(path.target) }
    return ways
  }
  return waysOf
}
