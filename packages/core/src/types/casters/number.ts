import { z } from 'zod'
import { readNumber } from '../../schema/cast-text.ts'
import { caster } from '../declare.ts'

/** A finite number, also out of text as JSON writes one. */
export const number = caster('number', {
  summary: 'A finite number, also out of text.',
  make: () => z.preprocess(readText, z.number()),
  examples: [
    {
      takes: [0, -1.5],
      turns: [
        ['12', 12],
        [' -0.5 ', -0.5],
        ['1e3', 1000],
      ],
      refuses: ['', '1,5', '0x10', '9007199254740993', true, null],
    },
  ],
})

/** A number out of text; what is none stays as it is. */
export function readText(value: unknown): unknown {
  return typeof value === 'string' ? (readNumber(value.trim()) ?? value) : value
}
