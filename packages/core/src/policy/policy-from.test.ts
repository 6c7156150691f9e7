import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { command } from '../command/command.ts'
import { builtInPolicies } from './built-in.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { policiesFrom, policyFrom, policyToJson } from './policy-from.ts'
import { definePolicy } from './policy-kind.ts'
import { retry } from './retry.ts'

const keys = (outcome: { ok: boolean; errors?: readonly { key: string }[] }) => outcome.errors?.map(({ key }) => key)

test('JSON names a policy and its config; what is missing has its default', () => {
  const made = policyFrom({ retry: { attempts: 5, initial: '200ms' } })
  expect(made.ok && policyToJson(made.value)).toEqual(policyToJson(retry({ attempts: 5, initial: '200ms' })))
  expect(policyFrom({ timeout: '2s' })).toMatchObject({ ok: true, value: { name: 'timeout', config: { after: '2s' } } })
  expect(policyFrom({ deadLetter: null })).toMatchObject({ ok: true, value: { name: 'deadLetter' } })
})

test('what is wrong comes back with its path', () => {
  expect(keys(policyFrom({ retry: { attempts: 1, initial: 'soon', extra: 1 } }))).toEqual([
    'data/retry/attempts:TooSmall',
    'data/retry/initial:InvalidString',
    'data/retry:UnrecognizedKeys',
  ])
  expect(keys(policiesFrom([{ timeout: '2s' }, { timeout: 'x' }, { nothing: {} }]))).toEqual([
    'data/1/timeout/after:InvalidString',
    'data/2/nothing:UnknownPolicy',
  ])
  for (const json of [null, 'retry', [], {}, { retry: {}, timeout: '1s' }]) {
    expect(keys(policyFrom(json))).toEqual(['data:UnknownPolicy'])
  }
})

test('a fallback finds the command that it names', () => {
  const archive = command('t.Archive', { input: z.object({}), output: z.int(), run: () => 1 })
  const made = policyFrom({ fallback: { command: 't.Archive' } }, { commands: new Map([['t.Archive', archive]]) })
  expect(made.ok && made.value.calls).toEqual([archive])
  const missing = policyFrom({ fallback: { command: 't.Nothing' } })
  const define = () =>
    command('t.Read', {
      input: z.object({}),
      output: z.int(),
      policies: missing.ok ? [missing.value] : [],
      run: () => 1,
    })
  expect(define).toThrow('there is no command "t.Nothing"')
})

test('a kind of one’s own is named like those that come along', async () => {
  const loud = definePolicy({
    name: 'loud',
    summary: 'Says that it was called',
    config: z.object({ word: z.string() }),
    short: 'word',
    create: (config) => ({ name: 'loud', config, open: () => (_call, next) => next() }),
  })
  expect(policyFrom({ loud: 'hey' }, { kinds: [loud as never] })).toMatchObject({ value: { config: { word: 'hey' } } })
})

test('every policy survives the way through JSON', () => {
  const configs = {
    cache: { ttl: '1m' },
    invalidate: ['a'],
    rateLimit: { limit: 1 },
    timeout: '1s',
    fallback: { value: 1 },
  }
  for (const { name } of builtInPolicies) {
    const made = policyFrom({ [name]: configs[name as keyof typeof configs] })
    if (!made.ok) throw new Error(`${name}: ${made.errors[0]!.message}`)
    const json: unknown = JSON.parse(JSON.stringify(policyToJson(made.value)))
    const again = policyFrom(json)
    expect(again.ok && policyToJson(again.value)).toEqual(json)
  }
})

test('no JSON at all makes it throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...builtInPolicies.map(({ name }) => name)), fc.jsonValue(), (name, config) => {
      expect(() => policyFrom({ [name]: config })).not.toThrow()
    }),
  )
})

test('what is wrong in code is a defect that names the place', () => {
  expect(() => retry({ attempts: 0 })).toThrow(/the policy retry: .*attempts/)
  expect(() => circuitBreaker({ window: 'soon' })).toThrow('a duration is written like 250ms, 2s or 7d (at window)')
})
