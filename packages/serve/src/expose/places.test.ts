import { expect, test } from 'vitest'
import { z } from 'zod'
import { placesOf } from './places.ts'

const type = z.object({ name: z.string(), lines: z.array(z.object({ amount: z.number() })) }).optional()
const placeOf = placesOf(type, { 'items/#/cents': 'lines/#/amount', items: 'lines', 'who/name': 'name', all: '' })

test.each<[(string | number)[], (string | number)[]]>([
  [
    ['items', 3, 'cents'],
    ['lines', 3, 'amount'],
  ],
  [
    ['items', '#', 'cents'],
    ['lines', '#', 'amount'],
  ],
  [
    ['items', 3, 'count'],
    ['lines', 3, 'count'],
  ],
  [['items'], ['lines']],
  [
    ['who', 'name', 'first'],
    ['name', 'first'],
  ],
  [['who'], []],
  [
    ['all', 'of', 'it'],
    ['of', 'it'],
  ],
  [['name'], ['name']],
  [['unknown', 1], []],
])('%j stands at %j', (inside, outside) => {
  expect(placeOf(inside)).toEqual(outside)
})
