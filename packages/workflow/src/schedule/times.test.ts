import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timesOf, type TimesOptions } from './times.ts'

/** The planned times behind one, as the clocks in Berlin show them, with what they are ahead of UTC. */
function berlin(cron: string, from: string, count: number): string[] {
  const times = timesOf('test', { cron, timeZone: 'Europe/Berlin' })
  const found: string[] = []
  let at = Date.parse(from)
  while (found.length < count) {
    at = times.after(at)!
    found.push(shown(at))
  }
  return found
}

const shown = (at: number) =>
  new Date(at)
    .toLocaleString('sv-SE', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' })
    .slice(5)
    .replace(' GMT', '')

// In 2026 the clocks go forward on March 29 (02:00 to 03:00) and back on October 25 (03:00 to 02:00).

test('a time that the clocks skip in spring happens when they are put forward', () => {
  expect(berlin('30 2 * * *', '2026-03-27T12:00:00Z', 3)).toEqual([
    '03-28 02:30:00+01:00',
    '03-29 03:00:00+02:00',
    '03-30 02:30:00+02:00',
  ])
})

test('several times that the clocks skip happen once, together', () => {
  expect(berlin('15,45 2 * * *', '2026-03-28T12:00:00Z', 3)).toEqual([
    '03-29 03:00:00+02:00',
    '03-30 02:15:00+02:00',
    '03-30 02:45:00+02:00',
  ])
  expect(berlin('0 2,3 * * *', '2026-03-28T12:00:00Z', 2)).toEqual(['03-29 03:00:00+02:00', '03-30 02:00:00+02:00'])
})

test('a time that the clocks show twice in autumn happens once, the first time', () => {
  expect(berlin('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual(['10-25 02:30:00+02:00', '10-26 02:30:00+01:00'])
  expect(berlin('30 2,9 * * *', '2026-10-24T12:00:00Z', 3)).toEqual([
    '10-25 02:30:00+02:00',
    '10-25 09:30:00+01:00',
    '10-26 02:30:00+01:00',
  ])
})

test('from within the hour that is shown twice nothing happens again', () => {
  expect(berlin('45 2 * * *', '2026-10-25T01:20:00Z', 1)).toEqual(['10-26 02:45:00+01:00'])
})

test('a pattern for every hour goes by the time that passes, in spring and in autumn', () => {
  expect(berlin('*/30 * * * *', '2026-03-29T00:15:00Z', 3)).toEqual([
    '03-29 01:30:00+01:00',
    '03-29 03:00:00+02:00',
    '03-29 03:30:00+02:00',
  ])
  expect(berlin('0 * * * *', '2026-10-24T23:30:00Z', 4)).toEqual([
    '10-25 02:00:00+02:00',
    '10-25 02:00:00+01:00',
    '10-25 03:00:00+01:00',
    '10-25 04:00:00+01:00',
  ])
})

test('a zone whose clocks go by half an hour, and one that left a day out, are no exceptions', () => {
  const lordHowe = timesOf('test', { cron: '15 2 * * *', timeZone: 'Australia/Lord_Howe' })
  // 2026-10-04: from 02:00 to 02:30.
  expect(new Date(lordHowe.after(Date.parse('2026-10-03T12:00:00Z'))!).toISOString()).toBe('2026-10-03T15:30:00.000Z')
  const apia = timesOf('test', { cron: '0 12 30 12 *', timeZone: 'Pacific/Apia' })
  // There was no December 30 in 2011: the day began when it would have been over.
  expect(new Date(apia.after(Date.parse('2011-12-01T00:00:00Z'))!).toISOString()).toBe('2011-12-30T10:00:00.000Z')
})

test('what happened last is what would have happened, one after the other', () => {
  const options: TimesOptions[] = [
    { cron: '*/20 * * * *', timeZone: 'Europe/Berlin' },
    { cron: '15,45 1-3 * * *', timeZone: 'Europe/Berlin' },
    { cron: '0 9 * * 1-5', timeZone: 'America/New_York' },
    { every: '7m' },
    { every: '1d', at: new Date('2026-10-20T03:00:00Z') },
  ]
  const times = options.map((one) => timesOf('test', one))
  const from = fc.integer({ min: Date.parse('2026-10-20'), max: Date.parse('2026-10-30') })
  const span = fc.integer({ min: 0, max: 4 * 86_400_000 })
  fc.assert(
    fc.property(fc.constantFrom(...times), from, span, fc.integer({ min: 1, max: 30 }), (one, after, ms, count) => {
      const all: number[] = []
      for (let at = one.after(after); at !== undefined && at <= after + ms; at = one.after(at)) all.push(at)
      expect(one.last(count, after + ms, after)).toEqual(all.slice(-count))
    }),
  )
})

test('one time comes once', () => {
  const at = new Date('2026-11-21T12:00:00Z')
  const times = timesOf('test', { at })
  expect(times.after(at.getTime() - 1)).toBe(at.getTime())
  expect(times.after(at.getTime())).toBeUndefined()
})

test.each([
  [{}, 'cron, at or every'],
  [{ cron: '61 * * * *' }, 'cannot be read: Invalid value for minute: 61'],
  [{ cron: '0 0 30 2 *' }, 'names a day that never comes'],
  [{ at: '2020-01-01' as never }, 'at is a Date, e.g. new Date(\'2026-11-21T12:00:00Z\'), not "2020-01-01"'],
  [{ at: new Date('soon') }, 'not an invalid one'],
  [{ cron: '0 0 * * *', timeZone: 'Mars/Olympus' }, 'no time zone "Mars/Olympus"'],
  [{ every: 'often' }, 'every is written 15m'],
  [{ every: 10 }, 'at least 1s'],
  [{ cron: '0 0 * * *', every: '1h' }, 'besides'],
] as [TimesOptions, string][])('times that make no sense are refused with the reason: %o', (options, reason) => {
  expect(() => timesOf('test', options)).toThrow(expect.objectContaining({ message: expect.stringContaining(reason) }))
})
