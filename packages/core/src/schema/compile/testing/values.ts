import type { Random } from './random.ts'

class Point {
  x = 1
  y = 2
}

/** A class for `instanceof` and for values that are objects but not plain ones. */
export { Point }

const file = new File(['abc'], 'a.txt', { type: 'text/plain' })
const symbol = Symbol('known')
const parent = { a: 'inherited' }

export const texts = [
  '',
  ' ',
  'a',
  'b',
  'ab',
  'abc',
  ' abc ',
  'ABC',
  'Abc',
  'a.b',
  'é',
  '😀',
  '😀😀',
  '\ud800',
  'a\nb',
  '0',
  '1',
  '-1',
  '1.5',
  'true',
  'null',
  '__proto__',
  'constructor',
  'length',
  'x'.repeat(70),
  '😀'.repeat(33),
  '123e4567-e89b-12d3-a456-426614174000',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '123e4567-e89b-92d3-a456-426614174000',
  'ann@example.com',
  'a..b@example.com',
  "o'neil+x@sub.example.org",
  'ann@example',
  '2024-02-29',
  '2023-02-29',
  '2024-02-29T12:34:56Z',
  '2024-02-29T12:34:56.789Z',
  '2024-02-29T12:34Z',
  '2024-02-29T12:34:56+02:00',
  '2024-02-29T12:34',
  '12:34',
  '12:34:56',
  'P1Y2M',
  'P1W',
  'https://example.com',
  ' https://example.com/a ',
  'http:example.com',
  'mailto:a@b.c',
  '127.0.0.1',
  '300.0.0.1',
  '::1',
  '1::2::3',
  '10.0.0.0/8',
  '::/64',
  '00:1A:2b:3c:4d:5e',
  '00:1A:2B:3C:4D:5E',
  'YWJj',
  'YWJj=',
  'YQ==',
  '-_-_',
  'deadbeef',
  '+41791234567',
  '4111111111111111',
  'GB82WEST12345698765432',
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x',
  'cjld2cjxh0000qzrmn831i7rn',
  'tz4a98xxat96iws9zmbrgj3a',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '9m4e2mr0ui3e8a215n4g',
  '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
  'V1StGXR8_Z5jdHi6B-myT',
]

/** One value of any sort. */
export function anyValue(random: Random, depth = 2): unknown {
  switch (random.below(depth > 0 ? 22 : 14)) {
    case 0:
    case 1:
    case 2:
      return random.pick(texts)
    case 3:
    case 4:
      return random.pick([
        0,
        -0,
        1,
        -1,
        2,
        3,
        5,
        7,
        10,
        1.5,
        0.1,
        99,
        1e21,
        2 ** 31,
        2 ** 53,
        2 ** 53 - 1,
        -(2 ** 53),
        Number.MAX_VALUE,
      ])
    case 5:
      return random.pick([NaN, Infinity, -Infinity])
    case 6:
      return random.chance(0.5)
    case 7:
      return null
    case 8:
    case 9:
      return undefined
    case 10:
      return random.pick([0n, 1n, -1n, 5n, 10n, 2n ** 63n, 2n ** 64n])
    case 11:
      return random.pick([() => new Date(0), () => new Date(1e12), () => new Date(NaN)])()
    case 12:
      return random.pick([symbol, Symbol.iterator, Point, (x: unknown) => x])
    case 13:
      return random.pick([file, new Point(), Promise.resolve(1), /x/])
    case 14:
    case 15:
    case 16:
      return anyObject(random, depth)
    case 17:
    case 18:
      return anyList(random, depth)
    case 19:
      return new Map(anyList(random, depth).map((value) => [anyValue(random, 0), value]))
    case 20:
      return new Set(anyList(random, depth))
    default:
      return random.pick([
        { length: 3 },
        { size: 2 },
        { length: 'x' },
        Object.assign([], { 1: 1 }),
        Object.create(null),
        Object.freeze({ a: 1 }),
      ])
  }
}

const anyList = (random: Random, depth: number): unknown[] =>
  Array.from({ length: random.below(4) }, () => anyValue(random, depth - 1))

export const names = ['a', 'b', 'c', 'd', 'kind', '0', 'length']

function anyObject(random: Random, depth: number): object {
  const object = random.chance(0.1) ? (Object.create(random.pick([null, parent])) as object) : {}
  for (let count = random.below(4); count > 0; count--) {
    const key = random.pick(random.chance(0.1) ? [symbol, '__proto__', 'other'] : names)
    Object.defineProperty(object, key, {
      value: anyValue(random, depth - 1),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return object
}
