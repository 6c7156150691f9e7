import { textual } from '@heddle/core'
import { z } from 'zod'
import { Decimal } from './decimal.ts'

const isDecimal = (value: unknown): boolean => value instanceof Decimal

const form = {
  read: (text: string) => Decimal.read(text),
  pattern: '^[+-]?[0-9]+(\\.[0-9]+)?$',
  format: 'decimal',
}

/**
 * The type of exact decimal numbers. In JSON they are text: `"12.50"`.
 *
 * @example
 * const price = command('shop.Price', { input: z.object({ net: decimal() }), … })
 */
export const decimal = (): z.ZodType<Decimal> =>
  textual(z.custom<Decimal>(isDecimal, { error: 'expected a decimal number in a text, e.g. "12.50"' }), form)
