import { optionsOf, orNull, unionOf } from '../types/union-of.ts'
import { not } from '../run/logic.ts'
import { negate } from '../run/numbers.ts'
import { defineFunction } from './define.ts'

/** Functions that are written as operators. */
export const operatorFunctions = [
  defineFunction('not', {
    summary: 'The other of true and false, written !x.',
    takes: ['boolean'],
    gives: { kind: 'boolean' },
    run: not,
    example: ['!true', false],
  }),
  defineFunction('negate', {
    summary: 'A number with the other sign, written -x.',
    takes: ['number, int64, decimal or duration'],
    // The smallest of 64 bits has no positive counterpart.
    gives: ([of]) => unionOf(optionsOf(of!).map((option) => orNull(option, option.kind === 'int64'))),
    run: negate,
    example: ['-(1 + 2)', -3],
  }),
  defineFunction('isNull', {
    summary: 'Whether a value is null, written x == null. The opposite is written x != null, or has(it.x) of a field.',
    takes: ['anything'],
    seesNull: true,
    gives: { kind: 'boolean' },
    run: (of) => of === null,
    example: ['null == null', true],
  }),
]
