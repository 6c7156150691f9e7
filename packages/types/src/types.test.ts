import { execFileSync } from 'node:child_process'
import { keyRing, mask } from '@heddle/core'
import { checkTypes } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CreditCard, decrypt, encrypt, listTypes, parseType, PhoneNumber, postalCode, type } from './index.ts'

test.each(listTypes().map((entry) => [entry.name, entry] as const))(
  '%s does what its examples say, compiled as well as by Zod, and says what it expected',
  (_name, entry) => {
    expect(checkTypes([entry])).toEqual([])
  },
)

test('every name but those that need keys shows examples', () => {
  const without = listTypes().filter(({ examples }) => examples.length === 0)
  expect(without.map(({ name }) => name)).toEqual(['decrypt', 'encrypt'])
})

test('card numbers are sensitive and telephone numbers personal, wherever they stand', () => {
  const order = z.object({ card: CreditCard, phone: PhoneNumber.optional(), total: type('Money') })
  const value = { card: '4111111111111111', phone: '+4930123456', total: { minor: 1, currency: 'EUR' } }
  expect(mask(order, order.parse(value))).toEqual({ ...value, card: '•••', phone: '•••' })
})

test('an unknown country of postal codes is refused with those that are known', () => {
  expect(() => postalCode({ country: 'XX' })).toThrow('expected a country out of AD, AT')
  expect(() => parseType({ type: 'phone', country: 'ZZ' })).toThrow('country: expected a country in two capitals')
})

const key = (id: string, fill: number) => ({ id, bytes: new Uint8Array(32).fill(fill) })
const [first, second] = [key('2026', 1), key('2027', 2)]

test('equal texts are encrypted to equal ones and read back, also after a rotation', () => {
  const keys = keyRing([first])
  const secret = z.string().check(encrypt({ keys, place: 'a' }))
  const sealed = secret.parse('Grüße')
  expect(sealed).toMatch(/^s1\.2026\.[\w-]+$/)
  expect(secret.parse('Grüße')).toBe(sealed)
  expect(secret.parse('Grüsse')).not.toBe(sealed)

  const rotated = keyRing([second, first])
  expect(
    z
      .string()
      .check(decrypt({ keys: rotated, place: 'a' }))
      .parse(sealed),
  ).toBe('Grüße')
  const anew = z.string().check(encrypt({ keys: rotated, place: 'a' }))
  expect(anew.parse('Grüße')).toMatch(/^s1\.2027\./)
  expect(anew.parse(sealed)).toBe(sealed)
})

test('what was changed or belongs to another place is not read', () => {
  const keys = keyRing([first])
  const sealed = z
    .string()
    .check(encrypt({ keys, place: 'a' }))
    .parse('secret')
  const read = (text: string, place = 'a') => z.string().check(decrypt({ keys, place })).parse(text)
  expect(() => read(sealed, 'b')).toThrow('belongs to another place')
  expect(() => read(`${sealed.slice(0, -2)}AA`)).toThrow('it was changed')
  expect(() => read('secret')).toThrow('it is no encrypted text')
  expect(() => read(sealed.replace('2026', '2025'))).toThrow('there is no key with the id "2025"')
})

test('without keys in the environment, encrypting says how to give them', () => {
  const script = `import { type } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    try { type('encrypt').parse('x') } catch (error) { console.log(error.message) }`
  const env = { ...process.env, HEDDLE_KEYS: '' }
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env })
  expect(told).toContain('there are no keys; HEDDLE_KEYS is written as <id>:')
})

test('libraries are loaded at the first use and not before', () => {
  const script = `import Module from 'node:module'
    const { Iban } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    const loaded = () => Object.keys(Module._cache).filter((file) => /node_modules.(validator|ibantools|libphonenumber-js|sanitize-html|csv-parse|@sindresorhus|@noble)/.test(file)).length
    const before = loaded()
    Iban.parse('DE89370400440532013000')
    console.log(JSON.stringify([before, loaded()]))`
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  const [before, after] = JSON.parse(told) as [number, number]
  expect(before).toBe(0)
  expect(after).toBeGreaterThan(0)
})
