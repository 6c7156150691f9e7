import { expect, test } from 'vitest'
import { suggest } from './suggest.ts'

test.each([
  ['orgin', ['origin', 'order', 'limit'], ['origin']],
  ['roigin', ['origin', 'order'], ['origin']],
  ['FindFlihgts', ['flights.FindFlights', 'flights.WorstRoutes'], ['flights.FindFlights']],
  ['flights.FindFlight', ['flights.FindFlights', 'flights.Import'], ['flights.FindFlights']],
  ['zzz', ['origin', 'order'], []],
])('%s among %j suggests %j', (typed, names, expected) => {
  expect(suggest(typed, names)).toEqual(expected)
})
