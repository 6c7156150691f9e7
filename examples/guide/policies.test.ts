import { formatErrorTable, memoryLog, policiesFrom, policyToJson, reportErrors, seededRandom } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import declared, { bank, errors, importRates, readRate, setRate, woken } from './policies.ts'

const time = createVirtualTime()
const ports = { clock: time.clock, timers: time.timers, random: seededRandom(1), log: memoryLog() }
const shop = await declared.open({ ports })
const rate = async (currency: string) => {
  const outcome = shop.call(readRate, { currency })
  await time.advance(1000)
  return await outcome
}

test('a rate is read once and remembered until somebody sets it', async () => {
  expect(await rate('EUR')).toEqual({ ok: true, value: { rate: 1.25, from: 'bank' } })
  bank.set('EUR', 1.5)
  expect(await rate('EUR')).toEqual({ ok: true, value: { rate: 1.25, from: 'bank' } })
  await shop.call(setRate, { currency: 'EUR', rate: 1.5 })
  expect(await rate('EUR')).toEqual({ ok: true, value: { rate: 1.5, from: 'bank' } })
})

test('what is out of reach is tried again, left alone when it keeps failing, and answered for meanwhile', async () => {
  const answered = { ok: true, value: { rate: 1, from: 'fallback' } }
  for (let times = 0; times < 3; times++) expect(await rate('XXX')).toEqual(answered)
  expect(ports.log.lines.map(({ message }) => message)).toContain('the circuit breaker rates is open')
  bank.set('XXX', 3)
  expect(await rate('XXX')).toEqual(answered)
  await time.advance(10_000)
  expect(await rate('XXX')).toEqual({ ok: true, value: { rate: 3, from: 'bank' } })
})

test('what fails for good becomes a dead letter, errors are collected, and too many of them wake somebody', async () => {
  for (const file of ['a.csv', 'b.csv']) {
    const outcome = shop.call(importRates, { file })
    await time.advance(1000)
    expect(await outcome).toMatchObject({ errors: [{ code: 'Unreadable' }] })
  }
  expect(await shop.ports.deadLetters.list({ tenant: 'main' })).toMatchObject([
    { command: 'shop.ImportRates', input: { file: 'a.csv' }, errors: [{ code: 'Unreadable' }] },
    { input: { file: 'b.csv' } },
  ])
  expect(woken).toEqual(['2 × Unreadable'])
  expect(errors.query({ command: 'shop.*', code: 'Unreadable' }).size).toBe(2)
  expect(reportErrors(errors, { by: ['code'] })).toMatchObject({ groups: [{ code: 'Unreadable', count: 2 }] })
  expect(formatErrorTable(errors, { by: ['code'] })).toMatch(/^count {2}code .*\n2 {6}Unreadable /)
})

test('the same policies come from JSON', () => {
  const json = readRate.policies.map(policyToJson)
  const made = policiesFrom(JSON.parse(JSON.stringify(json)) as unknown[])
  expect(made.ok && made.value.map(policyToJson)).toEqual(json)
  const wrong = policiesFrom([{ timeout: '2s' }, { retry: { attempts: 0 } }])
  expect(wrong.ok || wrong.errors.map(({ key }) => key)).toEqual(['data/1/retry/attempts:TooSmall'])
})
