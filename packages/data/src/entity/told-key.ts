import { mask } from '@heddle/core'
import type { AnyEntity } from './entity.ts'

/** The key of a record as an error may tell it: where its type is marked, e.g. an address, it is masked. */
export function toldKey({ ownFields, table }: Pick<AnyEntity, 'ownFields' | 'table'>, key: unknown): unknown {
  return mask(ownFields[table.key]!, key)
}
