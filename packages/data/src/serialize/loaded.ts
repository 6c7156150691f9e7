import type { Context, Maybe } from '@heddle/core'
import { systemFailure } from '@heddle/core'
import type { Key } from '../database/table.ts'
import { withDepth } from '../depth/load-depth.ts'
import { type Ways, waysAmong } from '../depth/ways.ts'
import { type AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import type { AnyWith } from '../repository/load-paths.ts'
import { type AnyRepository, findLimit } from '../repository/repository.ts'
import { chain } from '../unit/chain.ts'
import type { RecordsFrom } from './serializer.ts'

/** How far records are told. */
export interface TellingOptions {
  /** 2 has those that a record refers to and that refer to it inside of it, each more is a level more. @default 2 */
  readonly depth?: number
}

/** What is loaded with the records of a repository, to a depth. */
export interface Telling {
  readonly ways: Ways
  readonly wanted: AnyWith
}

/** The ways of a repository, and those that are followed. */
export function tellingOf<Rec>(from: RecordsFrom<Rec>, { depth = 2 }: TellingOptions): Telling {
  const ways = waysAmong([from])
  return { ways, wanted: withDepth(from.entity, ways, depth) }
}

/**
 * Loads the same records with what is wanted of others: a statement for each level, and for each thousand records.
 *
 * @throws {Failure} NotFound, where one went away meanwhile
 */
export function loadedWith<Rec>(
  from: RecordsFrom<Rec>,
  { wanted }: Telling,
  records: readonly Rec[],
  ctx: Context,
): Maybe<readonly AnyRecord[]> {
  const { entity } = from
  const { key } = entity.table
  const keys = records.map((record) => (record as AnyRecord)[key] as Key)
  const repository = ctx.use(from) as AnyRepository
  const load = (start: number, before: readonly AnyRecord[]): Maybe<readonly AnyRecord[]> => {
    if (start >= keys.length) return before
    const some = keys.slice(start, start + findLimit)
    const options = { where: { [key]: { in: some } }, limit: findLimit, with: wanted, withDeleted: true }
    return chain(repository.find(options), (found) => load(start + findLimit, [...before, ...found.records]))
  }
  return chain(load(0, []), (found) => {
    const byKey = new Map(found.map((record) => [record[key], record]))
    return keys.map((own) => {
      const record = byKey.get(own)
      if (record) return record
      throw systemFailure('NotFound', { entity: entity.name, key: toldKey(entity, own) })
    })
  })
}
