import { expect, test } from 'vitest'
import { Random } from '../../../fixtures/decode/random.ts'
import { hardNumberEnd, numberRead, simpleNumberEnd } from './numbers.ts'

const padded = (text: string) => Buffer.from(`${text}${' '.repeat(32)}`)

/** What the fast way makes of a text, and where it stops; undefined where it leaves it to the other. */
function simple(text: string): readonly [number, number] | undefined {
  const { buffer, byteOffset, length } = padded(text)
  const end = simpleNumberEnd(new DataView(buffer, byteOffset, length), 0)
  return end < 0 ? undefined : [numberRead[0]!, end]
}

test('a number of up to fifteen digits is what a parser makes of it, wherever its point stands', () => {
  const random = new Random(20261121)
  for (let digits = 1; digits <= 15; digits++) {
    for (let point = 0; point <= digits; point++) {
      for (const sign of ['', '-']) {
        const all = Array.from({ length: digits }, () => random.below(10)).join('')
        const whole = all.slice(0, point).replace(/^0+(?=\d)/, '') || '0'
        const text = `${sign}${whole}${point < digits ? `.${all.slice(point)}` : ''}`
        const expected = text.replace(/\D/g, '').length <= 15 ? [Number(text), text.length] : undefined
        for (const behind of [',', '}', ' ', '\n']) expect(simple(text + behind), text).toEqual(expected)
      }
    }
  }
  expect(Object.is(simple('-0,')![0], -0)).toBe(true)
})

test.each(['', '-', '01', '-012', '1.', '.5', '1e3', '12.5E2', '1234567890123456', '0.1234567890123456', 'x', '+1'])(
  'leaves %s to the slow way',
  (text) => expect(simple(`${text},`)).toBeUndefined(),
)

test('the slow way reads the others, and none that would be changed', () => {
  expect([hardNumberEnd(padded('12.5E2,'), 0), numberRead[0]]).toEqual([6, 1250])
  expect([hardNumberEnd(padded('0.1234567890123456,'), 0), numberRead[0]]).toEqual([18, 0.1234567890123456])
  expect(hardNumberEnd(padded('12345678901234567890,'), 0)).toBe(-1)
  expect(hardNumberEnd(padded('1e999,'), 0)).toBe(-1)
})
