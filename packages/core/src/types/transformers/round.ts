import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Rounds a number to decimal digits, as it is written in decimal: 1.005 becomes 1.01. */
export const round = transformer('round', {
  summary: 'Rounds a number to decimal digits.',
  tags: ['decimal', 'precision', 'floor', 'ceil'],
  args: z.object({
    digits: z.int().min(-15).max(15).default(0).describe('digits behind the point'),
    to: z
      .enum(['nearest', 'even', 'up', 'down'])
      .default('nearest')
      .describe('nearest: halves away from zero; even: halves to the even digit; up and down: towards the infinities'),
  }),
  on: z.number(),
  make: ({ digits, to }) => z.overwrite<number>((value) => shift(modes[to](shift(value, digits)), -digits)),
  examples: [
    {
      turns: [
        [1.5, 2],
        [-1.5, -2],
        [2.4, 2],
      ],
      takes: [0, 7, 1e21],
    },
    {
      args: { digits: 2 },
      turns: [
        [1.005, 1.01],
        [1e-7, 0],
      ],
      takes: [0.1],
    },
    {
      args: { to: 'even' },
      turns: [
        [2.5, 2],
        [3.5, 4],
      ],
    },
    {
      args: { to: 'down', digits: -1 },
      turns: [
        [19, 10],
        [-11, -20],
      ],
    },
  ],
})

const modes = {
  nearest: (value: number) => Math.sign(value) * Math.round(Math.abs(value)),
  even: (value: number) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)),
  up: Math.ceil,
  down: Math.floor,
}

/** Moves the decimal point of a number in its text, where multiplying would round. */
function shift(value: number, digits: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const moved = Number(`${mantissa}e${Number(exponent) + digits}`)
  return moved === 0 ? 0 : moved
}
