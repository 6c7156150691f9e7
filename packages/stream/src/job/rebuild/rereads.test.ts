import { expect, test } from 'vitest'
import { folderSourceKind } from '../../source/folder.ts'
import { listSource } from '../../source/list.ts'
import type { Source } from '../../source/source.ts'
import { sourceHost } from '../../testing/source-host.ts'
import type { SourceSpec } from '../../task/task-spec.ts'
import { byName } from './places.ts'
import { goneHindrance, hindrance, knownSources } from './rereads.ts'

const specOf = (source: Source, more: Partial<SourceSpec> = {}): SourceSpec => ({
  name: 'source',
  source,
  disorderMs: 0,
  decode: 'whole',
  onError: 'fail',
  ...more,
})
const timeOf = () => 0
const list = listSource([1, 2, 3])
const tell = (spec: SourceSpec, before?: SourceSpec) =>
  hindrance(
    knownSources([spec], { job: 'shop.Sales' }),
    before && byName(knownSources([before], { job: 'shop.Sales' }), '/'),
  )

test('a source that gives the same records again, with the same times, hinders nothing', () => {
  expect(tell(specOf(list, { timeOf }), specOf(list, { timeOf }))).toBe(undefined)
  expect(tell(specOf(listSource([1], { time: () => 0 })))).toBe(undefined)
})

test('says why state cannot be built anew from a source', () => {
  const once = { ...list, guarantees: { replays: true, ordered: true } }
  expect(tell(specOf(once, { timeOf }))).toBe('the source "list" cannot be read from its beginning again')
  expect(tell(specOf(list))).toBe(
    'the records of the source "list" would have another time when they are read again: say its `time`',
  )
  expect(tell(specOf(list, { timeOf, name: 'more' }), specOf(list))).toBe('the source "more" (list) is new')
  expect(tell(specOf(list, { timeOf }), specOf(listSource([1])))).toBe('the source "list" reads something else now')
})

test('names the settings of a folder with which it cannot be read again', () => {
  const folder = (more: object) => specOf(folderSourceKind.create({ path: 'in', ...more }), { timeOf })
  expect(tell(folder({ follow: true, partitions: 'one' }))).toMatch(
    /^the source "folder" cannot be read from its beginning again: with `follow: true` and `partitions: one` a file is passed/,
  )
  expect(tell(folder({ follow: true }))).toBe(undefined)
  expect(tell(folder({ partitions: 'one' }))).toBe(undefined)
})

test('asks open sources whether they have their first records still', async () => {
  const opened = (rereads: (partition: string) => boolean): SourceSpec =>
    specOf({ ...list, open: () => ({ partitions: () => [], openPartition: () => null as never, rereads, close() {} }) })
  const places = {
    source: { a: { position: 1, offset: 1 }, b: { position: 2, offset: 2 }, c: { position: null, offset: 0 } },
  }
  expect(await goneHindrance([opened(() => true)], places, sourceHost())).toBe(undefined)
  expect(await goneHindrance([opened((partition) => partition !== 'c')], places, sourceHost())).toBe(undefined)
  expect(await goneHindrance([opened((partition) => partition !== 'b')], places, sourceHost())).toBe(
    'the source "list", partition "b" does not have its first records any more',
  )
})
