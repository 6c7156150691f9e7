import { z } from 'zod'
import { namedType } from '../declare.ts'

/** A colour as in CSS: # and three, four, six or eight hexadecimal digits. */
export const HexColor = namedType('HexColor', {
  summary: 'A colour as in CSS: # and three, four, six or eight hexadecimal digits.',
  tags: ['colour', 'css', 'rgb'],
  type: z
    .string()
    .regex(
      /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i,
      'Invalid colour: expected # and three, four, six or eight hexadecimal digits, like #1a2b3c',
    ),
  takes: ['#fff', '#1A2b3C', '#11223344'],
  refuses: ['fff', '#ff', '#12345', '#ggg'],
})
