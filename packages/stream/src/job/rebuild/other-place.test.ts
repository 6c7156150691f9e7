import type { Json } from '@heddle/core'
import { expect, test } from 'vitest'
import { otherOutside, otherPlace } from './other-place.ts'
import { byName, digestOf, type NewPlace, type Place } from './places.ts'

const at = (what: Json, more: Partial<NewPlace> = {}): NewPlace => ({ name: 'source', kind: 'file', what, ...more })
const paths = ['path']

test('a path that is written otherwise is the same place, and another one is told as it is written', () => {
  const before: Place = { kind: 'file', what: { path: './in/a.ndjson', format: 'ndjson' } }
  expect(otherPlace(before, at({ path: 'in/a.ndjson', format: 'ndjson' }, { paths }))).toBe(undefined)
  expect(otherPlace(before, at({ path: 'in/b/../a.ndjson', format: 'ndjson' }, { paths }))).toBe(undefined)
  expect(otherPlace(before, at({ path: '/app/in/a.ndjson', format: 'ndjson' }, { paths }), '/app')).toBe(undefined)
  expect(otherPlace(before, at({ path: 'in/b.ndjson', format: 'ndjson' }, { paths }))).toBe(
    'path "./in/a.ndjson" → "in/b.ndjson"',
  )
  // Only how it is written changed of the path.
  expect(otherPlace(before, at({ path: 'in/a.ndjson', format: 'csv' }, { paths }))).toBe('format "ndjson" → "csv"')
  expect(otherPlace(before, at({ path: 'in/a.ndjson', format: 'ndjson' }))).toContain('path "./in/a.ndjson" →')
  const sink: Place = { kind: 'file', what: './out.csv' }
  expect(otherPlace(sink, at('out.csv', { paths: ['place'] }))).toBe(undefined)
  expect(otherPlace(sink, at('other.csv', { paths: ['place'] }))).toBe('"./out.csv" → "other.csv"')
})

const url = 'https://example.org/feed?…'
const secret = (identity: Json, job = 'shop.Sales'): NewPlace =>
  at(
    { url },
    digestOf(() => ({ url: identity }), { job }),
  )

test('what is masked is compared by a digest, and is not told', () => {
  const { source: before } = byName([secret('kind=alpha')], '/')
  expect(JSON.stringify(before)).not.toContain('alpha')
  expect(before!.digest).toMatch(/^[0-9a-f]{64}$/)
  expect(otherPlace(before!, secret('kind=alpha'))).toBe(undefined)
  const change = otherPlace(before!, secret('kind=beta'))
  expect(change).toBe(`url "${url}" stands for another place`)
  expect(secret('kind=alpha', 'shop.Other').digest).not.toBe(before!.digest)
})

test('where both have a digest, what is told of the same fields does not count', () => {
  const of = (database: string, digest?: string) => at({ database, tables: ['a'] }, { digest, digested: ['database'] })
  const kept = (database: string, digest?: string): Place => ({
    kind: 'file',
    what: { database, tables: ['a'] },
    digest,
  })
  expect(otherPlace(kept('me@host/shop', '1'), of('you@host/shop', '1'))).toBe(undefined)
  expect(otherPlace(kept('me@host/shop', '1'), of('$SHOP', '1'))).toBe(undefined)
  expect(otherPlace(kept('me@one/shop', '1'), of('me@two/shop', '2'))).toBe('database "me@one/shop" → "me@two/shop"')
})

test('a place that was kept without a digest is taken for the same one where what is told is the same', () => {
  const before: Place = { kind: 'file', what: { url } }
  expect(otherPlace(before, secret('kind=a'))).toBe(undefined)
  expect(otherOutside(before, secret('kind=a'))).toBe(undefined)
  expect(otherPlace({ kind: 'file', what: { url: 'https://example.com/?…' } }, secret('kind=a'))).toContain('→')
})

test('under the same plan only what comes from outside of it can be another place', () => {
  const { source: before } = byName([{ ...secret('one'), what: { url, path: 'a', count: 1 }, paths }], '/')
  const now = (identity: string, path: string) => ({ ...secret(identity), what: { url, path, count: 2 }, paths })
  expect(otherOutside(before!, now('one', './a'))).toBe(undefined)
  expect(otherOutside(before!, now('one', 'b'))).toBe('path "a" → "b"')
  expect(otherOutside(before!, now('two', 'a'))).toContain('stands for another place')
  expect(otherOutside({ kind: 'topic', what: 'a' }, at('b'))).toBe(undefined)
  expect(otherOutside({ kind: 'file', what: 'a' }, at('b'))).toBe(undefined)
  expect(otherOutside({ kind: 'file', what: 'a' }, at('b', { paths: ['place'] }))).toBe('"a" → "b"')
})

test('paths in the folder of an app are kept as such, so that they go with it', () => {
  const kept = byName([at({ path: '/srv/one/in/a' }, { paths })], '/srv/one')
  expect(kept).toEqual({ source: { kind: 'file', what: { path: 'in/a' } } })
  expect(otherPlace(kept.source!, at({ path: '/srv/two/in/a' }, { paths }), '/srv/two')).toBe(undefined)
  expect(otherPlace(kept.source!, at({ path: '/srv/one/in/a' }, { paths }), '/srv/two')).toBe(
    'path "in/a" → "/srv/one/in/a"',
  )
})
