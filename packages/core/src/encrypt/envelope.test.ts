import { expect, test } from 'vitest'
import {
  app,
  command,
  decryptText,
  encryptText,
  environmentKeys,
  keyIdOf,
  keyRing,
  memoryLog,
  noKeys,
  systemRandom,
} from '../index.ts'
import { z } from 'zod'

const key = (id: string, fill: number) => ({ id, bytes: new Uint8Array(32).fill(fill) })
const [first, second] = [key('2026', 1), key('2027', 2)]
const ring = keyRing([first])
const encrypt = (text: string, keys = ring) => encryptText(keys, systemRandom, text, 'history/input')

test('what is encrypted is read back, and the same text looks different each time', () => {
  for (const text of ['', 'a', 'Grüße 🧵', 'x'.repeat(10_000)]) {
    const sealed = encrypt(text)
    expect(decryptText(ring, sealed, 'history/input')).toBe(text)
    expect(encrypt(text)).not.toBe(sealed)
    expect(keyIdOf(sealed)).toBe('2026')
  }
})

test('after a rotation new texts take the new key and old texts are read with the old one', () => {
  const old = encrypt('before')
  const rotated = keyRing([second, first])
  expect(keyIdOf(encrypt('after', rotated))).toBe('2027')
  expect(decryptText(rotated, old, 'history/input')).toBe('before')
  const without = () => decryptText(keyRing([second]), old, 'history/input')
  expect(without).toThrow('there is no key with the id "2026"')
})

test('a text that was changed in any byte, or moved to another place, is refused', () => {
  const sealed = encrypt('secret')
  const body = Buffer.from(sealed.slice('v1.2026.'.length), 'base64url')
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body)
    changed[at]! ^= 1
    const text = `v1.2026.${changed.toString('base64url')}`
    expect(() => decryptText(ring, text, 'history/input'), `byte ${at}`).toThrow('it was changed')
  }
  expect(() => decryptText(ring, sealed, 'history/output')).toThrow('belongs to another place')
  const both = keyRing([first, { ...first, id: '2027' }])
  expect(() => decryptText(both, sealed.replace('2026', '2027'), 'history/input')).toThrow('it was changed')
  expect(() => decryptText(ring, 'secret', 'history/input')).toThrow('it is no encrypted text')
})

test('keys come from the environment, the current one first', () => {
  const base64 = (fill: number) => Buffer.alloc(32, fill).toString('base64')
  const keys = environmentKeys({ HEDDLE_KEYS: `b:${base64(2)}, a:${base64(1)}` })
  expect(keys.current()).toEqual(key('b', 2))
  expect(keys.get('a')).toEqual(key('a', 1))
  expect(keys.get('c')).toBeUndefined()
})

test.each([
  ['a', 'the key "" has an id'],
  ['a b:AAAA', 'has an id with other signs'],
  ['a:AAAA', 'the key "a" has 3 bytes'],
  [`a:${'A'.repeat(43)},a:${'A'.repeat(43)}`, 'the key "a" stands twice'],
])('broken keys are refused in a sentence that shows no key: %s', (text, reason) => {
  expect(() => environmentKeys({ HEDDLE_KEYS: text })).toThrow(reason)
  expect(() => environmentKeys({ HEDDLE_KEYS: text })).toThrow('several apart by commas')
})

test('without keys nothing is encrypted, and nothing is made up', () => {
  expect(environmentKeys({})).toBe(noKeys)
  expect(() => encrypt('secret', noKeys)).toThrow('HEDDLE_KEYS is written as')
})

test('an app opens with the keys of its environment', async () => {
  const nothing = command('keys.Nothing', { input: z.object({}), output: z.null(), run: () => null })
  const HEDDLE_KEYS = `now:${Buffer.alloc(32, 7).toString('base64')}`
  const keyed = app('keys', { parts: [nothing] })
  const opened = await keyed.open({ environment: { HEDDLE_KEYS }, ports: { log: memoryLog() } })
  expect(opened.ports.keys.current().id).toBe('now')
  await expect(keyed.open({ environment: { HEDDLE_KEYS: 'now:short' } })).rejects.toThrow('the key "now" has')
})
