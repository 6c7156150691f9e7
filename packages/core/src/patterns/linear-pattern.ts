import { RE2JS } from 're2js'
import { harmless } from './harmless.ts'
import { spendSteps } from './spend-steps.ts'
import { translate } from './translate.ts'

/** Longer patterns are not run: reading one takes time too. */
const maxLength = 5000
/** Steps at each character of a text, at most. */
const maxSize = 2000

const known = new Map<string, RegExp | undefined>()
const maxKnown = 1000

/**
 * A pattern that somebody else wrote, whose `test` takes time that grows with the length of a text and no faster, whatever the
 * pattern is: by RE2 (Russ Cox, "Regular Expression Matching Can Be Simple And Fast"). JavaScript's own engine would try every way
 * to split forty letters for `^(a+)+$`, and the process would stand still. Where even so it would take too long, by a large pattern
 * and much text, `test` gives true: nothing is said against the text.
 *
 * @param source a regular expression of ECMAScript, without flags; it is read as with `u` where it can be
 * @returns undefined for one that cannot be run so: looking around, references back, repeated over a thousand times, or too large
 * @example linearPattern('^(a+)+$')?.test('aaaa!') // false
 */
export function linearPattern(source: string): RegExp | undefined {
  if (known.has(source)) return known.get(source)
  if (known.size >= maxKnown) known.clear()
  const pattern = compiled(source)
  known.set(source, pattern)
  return pattern
}

function compiled(source: string): RegExp | undefined {
  const own = harmless.get(source)
  if (own) return own
  const told = source.length > maxLength ? undefined : translate(source)
  if (told === undefined) return undefined
  try {
    const engine = RE2JS.compile(told)
    return engine.programSize() <= maxSize ? new LinearRegExp(source, engine) : undefined
  } catch {
    // It is too large, or nested too deeply.
    return undefined
  }
}

/** Reads as the regular expression that it stands for, so that types tell it as any other; only `test` is to be asked. */
class LinearRegExp extends RegExp {
  readonly #engine: RE2JS
  readonly #size: number

  constructor(source: string, engine: RE2JS) {
    super(source)
    this.#engine = engine
    this.#size = engine.programSize()
  }

  override test(text: string): boolean {
    return !spendSteps(this.#size * (text.length + 1)) || this.#engine.test(text)
  }

  /** @throws {TypeError} always: JavaScript's own engine would run it */
  override exec(): never {
    throw new TypeError('a pattern of somebody else is only tested')
  }
}
