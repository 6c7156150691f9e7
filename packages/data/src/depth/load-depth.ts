import type { Maybe, PortScope } from '@heddle/core'
import type { Key } from '../database/table.ts'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { Path } from '../repository/associations.ts'
import type { AnyWith } from '../repository/load-paths.ts'
import { type AnyRepository, findLimit, repository } from '../repository/repository.ts'
import { chain } from '../unit/chain.ts'
import type { Ways } from './ways.ts'

/** How many levels are loaded at most (limit `records.depth`): each multiplies what there is. */
export const depthLimit = 5

/**
 * The paths to load so that records show to a depth: 1 is the record with the keys of others, 2 has those that it refers
 * to and that refer to it, and so on. The way by which a record was reached is not gone back.
 */
export function withDepth(entity: AnyEntity, ways: Ways, depth: number, came?: Came): AnyWith {
  const wanted: Record<string, true | AnyWith> = {}
  if (depth <= 1) return wanted
  for (const [name, path] of Object.entries(ways(entity))) {
    if (came && isWayBack(came, path)) continue
    const further = withDepth(path.target, ways, depth - 1, { from: entity, by: path })
    wanted[name] = Object.keys(further).length > 0 ? further : true
  }
  return wanted
}

/** How a record was reached. */
interface Came {
  readonly from: AnyEntity
  readonly by: Path
}

function isWayBack({ from, by }: Came, { kind, target, field, through }: Path): boolean {
  if (target.name !== from.name) return false
  if (through || by.through) return through?.entity.name === by.through?.entity.name
  // The same field, once read from the record that has it and once from the one that it names.
  return field === by.field && (kind === 'one') !== (by.kind === 'one')
}

/** Reads records by their keys, to a depth; `undefined` where there is none. One statement for each way of a level. */
export function loadToDepth(
  scope: PortScope,
  entity: AnyEntity,
  ways: Ways,
  keys: readonly Key[],
  depth: number,
): Maybe<readonly (AnyRecord | undefined)[]> {
  const port = repository(entity as Entity<never, never, never, never>, ways(entity))
  const records = port.bind!(scope) as unknown as AnyRepository
  const options = {
    where: { [entity.table.key]: { in: keys } },
    limit: findLimit,
    with: withDepth(entity, ways, depth),
  }
  return chain(records.find(options), ({ records: found }) => {
    const byKey = new Map(found.map((record) => [record[entity.table.key], record]))
    return keys.map((key) => byKey.get(key))
  })
}
