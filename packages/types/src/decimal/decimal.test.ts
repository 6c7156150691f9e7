import { app, castInput, castOutput, command, jsonSchemaOf, toJson } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decimal, Decimal } from './index.ts'

const of = (text: string) => Decimal.read(text)!

test('decimals are exact, and written without an exponent and without zeros that say nothing', () => {
  expect(String(of('0.1').plus(of('0.2')))).toBe('0.3')
  expect(String(of('12.50').times(Decimal.of(3)))).toBe('37.5')
  expect(String(of('10').dividedBy(of('3')))).toBe('3.33333333333333333333')
  expect(String(of('-2').dividedBy(of('3')))).toBe('-0.66666666666666666667')
  expect(String(of('-7').remainder(of('2')))).toBe('-1')
  expect(String(of('1e30'))).toBe('1000000000000000000000000000000')
  expect(String(of('-0.00'))).toBe('0')
  expect(String(Decimal.of(0.1))).toBe('0.1')
  expect(String(Decimal.of(9_007_199_254_740_993n))).toBe('9007199254740993')
})

test('rounding goes away from zero at halves, up or down where that is asked for', () => {
  expect(['2.345', '-2.345', '2.344'].map((text) => String(of(text).round(2)))).toEqual(['2.35', '-2.35', '2.34'])
  expect(['2.1', '-2.1', '2'].map((text) => String(of(text).round(0, 'up')))).toEqual(['3', '-2', '2'])
  expect(['2.9', '-2.1', '2'].map((text) => String(of(text).round(0, 'down')))).toEqual(['2', '-3', '2'])
  expect(String(of('-2.9').truncate())).toBe('-2')
})

test('what is no decimal, or has more than a thousand digits, is none', () => {
  for (const text of ['', '.', '1,5', '1.5.0', ' 1', 'NaN', 'Infinity', '0x10', '1e99999', '1'.repeat(1001)]) {
    expect(Decimal.read(text)).toBeUndefined()
  }
  const long = of('1e600')
  expect(long.times(long)).toBeUndefined()
  expect(of('1').dividedBy(of('0'))).toBeUndefined()
  expect(of('1').remainder(of('0'))).toBeUndefined()
  expect(() => Decimal.of(NaN)).toThrow(RangeError)
})

test('sums and products of decimals are those of whole numbers with the point moved', () => {
  const cents = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
  const money = (value: bigint) => of(`${value}e-2`)
  fc.assert(
    fc.property(cents, cents, (one, other) => {
      expect(String(money(one).plus(money(other)))).toBe(String(money(one + other)))
      expect(String(money(one).times(money(other)))).toBe(String(of(`${one * other}e-4`)))
      expect(Math.sign(money(one).compare(money(other)))).toBe(one < other ? -1 : one > other ? 1 : 0)
    }),
    { seed: 20_261_121 },
  )
})

test('a decimal is text in JSON, wherever its type stands, and a number is refused', async () => {
  const type = z.object({ net: decimal(), tax: decimal().optional().describe('in percent'), all: z.array(decimal()) })
  const value = { net: of('12.5'), all: [of('1'), of('2.50')] }
  const json = { net: '12.5', all: ['1', '2.5'] }
  expect(toJson(value)).toEqual(json)
  expect(castInput(type, json, 'json')).toEqual(value)
  expect(castOutput(type, json)).toEqual(value)
  expect(castInput(z.union([z.literal('none'), decimal()]), '1.5', 'json')).toEqual(of('1.5'))
  expect(jsonSchemaOf(type, 'input')).toMatchObject({
    properties: {
      net: { type: 'string', format: 'decimal' },
      tax: { type: 'string', format: 'decimal', description: 'in percent' },
    },
  })

  const double = command('money.Double', {
    kind: 'query',
    input: z.object({ net: decimal() }),
    output: decimal(),
    run: ({ input }) => input.net.plus(input.net)!,
  })
  const open = await app('money', { parts: [double] }).open()
  const outcome = await open.callByName('money.Double', { net: '1.10' }, { from: 'json' })
  expect(toJson(outcome)).toEqual({ ok: true, value: '2.2' })
  expect(await open.callByName('money.Double', { net: 1.1 }, { from: 'json' })).toMatchObject({
    ok: false,
    errors: [{ path: ['net'], message: expect.stringContaining('"12.50"') }],
  })
  await open.close()
})
