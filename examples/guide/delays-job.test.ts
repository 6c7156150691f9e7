import {
  checkPlan,
  drawText,
  formatProblem,
  loadPlan,
  neededOf,
  planHash,
  readOrigin,
  sourcesOf,
  typeText,
} from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { lateFlights } from './delays-job.ts'

function delays() {
  const read = loadPlan(new URL('./delays-job.yaml', import.meta.url))
  if (!read.ok) throw new Error(read.errors.map(formatProblem).join('\n'))
  return read.loaded.plan
}

test('the job of the guide is sound, and its windows tell results anew', () => {
  const { mode, problems, job } = checkPlan(delays())
  expect([mode, problems]).toEqual(['job', []])
  expect(Array.from(job!.sinks.values(), ({ name, flow }) => [name, flow])).toEqual([
    ['delays', 'changes'],
    ['missed', 'append'],
    ['rows', 'append'],
  ])
  expect(typeText(job!.steps.get('perAirport')!.gives)).toBe(
    '{ origin: string, start: time, end: time, flights: whole number, mean: number, worst: list of string }',
  )
})

test('what is read of each record is known before it is decoded', () => {
  const { sinks, ...rest } = delays()
  const { missed: _, ...others } = sinks!
  expect(neededOf(checkPlan(delays()).job!).get('source')).toBe('all')
  expect(neededOf(checkPlan({ ...rest, sinks: others }).job!).get('source')).toEqual([
    ['at'],
    ['delay'],
    ['flight'],
    ['origin'],
  ])
})

test('the builder makes a job like any other', () => {
  const read = readOrigin(lateFlights)
  expect(checkPlan(read.plan, sourcesOf(read.plan, read, {})).problems).toEqual([])
  expect(planHash(lateFlights.plan)).toMatch(/^[0-9a-f]{64}$/)
  expect(drawText(lateFlights.plan)).toEqual([
    '├ flights     file flights.ndjson  (time it.at; disorder 20m)',
    '├ parts       branch late',
    '├ perAirport  window tumbling 1d by origin: flights  (from parts.late)',
    '├ delays      table delays',
    '└ missed      file missed.ndjson  (from perAirport.late)',
  ])
})
