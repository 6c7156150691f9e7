import { z } from 'zod'
import { caster } from '../declare.ts'
import { readText } from './number.ts'

/** A whole number that JavaScript keeps exactly, also out of text. */
export const integer = caster('integer', {
  summary: 'A whole number within ±(2^53 − 1), also out of text.',
  tags: ['int', 'number'],
  make: () => z.preprocess(readText, z.int()),
  examples: [
    {
      takes: [0, -7],
      turns: [
        ['12', 12],
        ['-3', -3],
      ],
      refuses: ['1.5', 1.5, '9007199254740993', 'twelve', null],
    },
  ],
})
