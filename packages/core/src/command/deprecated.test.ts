import { expect, test } from 'vitest'
import { z } from 'zod'
import { compareCommands } from '../check/compare-command.ts'
import { describeCommand } from '../manifest/describe-command.ts'
import { command } from './command.ts'
import { type Deprecation, deprecationText, isSunset, startOfDay } from './deprecated.ts'
import { unversionedName } from './version.ts'

const pay = (more: { deprecated?: Deprecation; version?: number } = {}) =>
  command('bank.Pay', { input: z.object({}), output: z.void(), run: () => undefined, ...more })
const sections = (made: ReturnType<typeof pay>) => ({ 'bank.Pay': describeCommand(made) })
const told = (before: object, after: object | undefined, nowMs?: number) =>
  compareCommands(sections(pay(before)), after ? sections(pay(after)) : {}, nowMs).map(
    ({ level, change }) => `${level} ${change}`,
  )
const deprecated = { since: '2026-11-01', sunset: '2027-05-01', use: 'bank.PayV2' }

test.each<[object, string]>([
  [{ deprecated: { since: 'soon' } }, 'deprecated.since is "soon"'],
  [{ deprecated: { since: '2026-02-30' } }, 'deprecated.since is "2026-02-30"'],
  [{ deprecated: { since: '2026-11-01', sunset: '2027' } }, 'deprecated.sunset is "2027"'],
  [{ deprecated: { since: '2026-11-01', sunset: '2026-10-31' } }, 'its sunset is before it is deprecated'],
  [{ version: 0 }, 'its version is 0'],
  [{ version: 1.5 }, 'its version is 1.5'],
])('%j is refused where it is declared', (more, reason) => {
  expect(() => pay(more)).toThrow(reason)
})

test('the manifest tells since when, until when, and what to call in its place', () => {
  const section = describeCommand(pay({ deprecated, version: 1 }))
  expect(section).toMatchObject({ deprecated, version: 1 })
  expect(deprecationText(section.deprecated!)).toBe(
    'Deprecated since 2026-11-01, gone after 2027-05-01: use bank.PayV2.',
  )
  expect(deprecationText({ since: '2026-11-01' })).toBe('Deprecated since 2026-11-01.')
})

test('a deprecated command may go when the day of its sunset is over, and not before', () => {
  const midnight = startOfDay('2027-05-02')
  expect([isSunset(deprecated, midnight - 1), isSunset(deprecated, midnight)]).toEqual([false, true])
  expect(told({ deprecated }, undefined, midnight - 1)).toEqual(['breaking removed'])
  expect(told({ deprecated }, undefined, midnight)).toEqual(['safe removed'])
  expect(told({ deprecated: { since: '2026-11-01' } }, undefined, midnight)).toEqual(['breaking removed'])
  expect(told({ deprecated }, undefined)).toEqual(['breaking removed'])
})

test('to deprecate is safe, and an earlier sunset breaks a promise', () => {
  expect(told({}, { deprecated })).toEqual(['safe sunset: none → 2027-05-01'])
  expect(told({ deprecated }, { deprecated: { ...deprecated, sunset: '2027-04-01' } })).toEqual([
    'breaking sunset: 2027-05-01 → 2027-04-01',
  ])
  expect(told({ deprecated }, { deprecated: { ...deprecated, sunset: '2027-06-01' } })).toEqual([
    'safe sunset: 2027-05-01 → 2027-06-01',
  ])
  expect(told({ deprecated }, {})).toEqual(['safe deprecated: described otherwise'])
})

test('a version is an address more, and one that changes is another command to its callers', () => {
  expect(told({}, { version: 1 })).toEqual(['safe version: none → 1'])
  expect(told({ version: 1 }, { version: 2 })).toEqual(['breaking version: 1 → 2'])
  expect(told({ version: 1 }, {})).toEqual(['breaking version: 1 → none'])
})

test('a name that ends with its version is a version of what stands before it', () => {
  expect(unversionedName({ name: 'bank.PayV2', version: 2 })).toBe('bank.Pay')
  expect(unversionedName({ name: 'bank.Pay', version: 2 })).toBe('bank.Pay')
  expect(unversionedName({ name: 'bank.PayV2', version: undefined })).toBeUndefined()
})
