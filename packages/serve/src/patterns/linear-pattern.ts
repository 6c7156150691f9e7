import { RE2JS } from 're2js'
import { harmless } from './harmless.ts'
import { spendSteps } from './spend-steps.ts'
import { translate } from './translate.ts'

/** Longer patterns are not run: reading one takes time too. */
const maxLength = 5000
/** Steps at each character of a text, at most. */
const maxSize = 2000

/** Whether a text matches; undefined where finding out would take too long. */
export type LinearPattern = (text: string) => boolean | undefined

const known = new Map<string, LinearPattern | undefined>()
const maxKnown = 1000

/**
 * A pattern that somebody else wrote, run in time that grows with the length of a text and no faster, whatever the pattern is: by
 * RE2 (Russ Cox, "Regular Expression Matching Can Be Simple And Fast"). JavaScript's own engine would try every way to split
 * forty letters for `^(a+)+$`, and the process would stand still.
 *
 * @param source a regular expression of ECMAScript, without flags
 * @returns undefined for one that cannot be run so: looking around, references back, repeated over a thousand times, or too large
 * @example linearPattern('^(a+)+$')?.('aaaa!') // false
 */
export function linearPattern(source: string): LinearPattern | undefined {
  if (known.has(source)) return known.get(source)
  if (known.size >= maxKnown) known.clear()
  const pattern = compiled(source)
  known.set(source, pattern)
  return pattern
}

function compiled(source: string): LinearPattern | undefined {
  const own = harmless.get(source)
  if (own) return (text) => own.test(text)
  const told = source.length > maxLength ? undefined : translate(source)
  if (told === undefined) return undefined
  const engine = engineOf(told)
  const size = engine?.programSize() ?? Infinity
  if (!engine || size > maxSize) return undefined
  return (text) => (spendSteps(size * (text.length + 1)) ? engine.test(text) : undefined)
}

function engineOf(told: string): RE2JS | undefined {
  try {
    return RE2JS.compile(told)
  } catch {
    // It is too large, or nested too deeply.
    return undefined
  }
}
