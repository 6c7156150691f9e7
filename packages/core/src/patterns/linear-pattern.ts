import { RE2JS } from 're2js'
import { harmless } from './harmless.ts'
import { spendSteps } from './spend-steps.ts'
import { translate } from './translate.ts'

/** Longer patterns are not run: reading one takes time too. */
const maxLength = 5000
/** Steps at each character of a text, at most; fewer where each text has to be tested, however long it is. */
const maxSize = { open: 2000, run: 500 }

const known = new Map<string, RegExp | undefined>()
const maxKnown = 1000

/**
 * A pattern that somebody else wrote, whose `test` takes time that grows with the length of a text and no faster, whatever the
 * pattern is: by RE2 (Russ Cox, "Regular Expression Matching Can Be Simple And Fast"). JavaScript's own engine would try every way
 * to split forty letters for `^(a+)+$`, and the process would stand still.
 *
 * @param source a regular expression of ECMAScript, without flags; it is read as with `u` where it can be
 * @param tooMuch where even so it would take long, by a large pattern and much text in one go: `open` has `test` give true, because
 *   somebody else looks at the text too, `run` tests it all the same
 * @returns undefined for one that cannot be run so: looking around, references back, repeated over a thousand times, or too large
 * @example linearPattern('^(a+)+$')?.test('aaaa!') // false
 */
export function linearPattern(source: string, tooMuch: 'open' | 'run' = 'open'): RegExp | undefined {
  const key = `${tooMuch} ${source}`
  if (known.has(key)) return known.get(key)
  if (known.size >= maxKnown) known.clear()
  const pattern = compiled(source, tooMuch)
  known.set(key, pattern)
  return pattern
}

function compiled(source: string, tooMuch: 'open' | 'run'): RegExp | undefined {
  const own = harmless.get(source)
  if (own) return own
  const told = source.length > maxLength ? undefined : translate(source)
  if (told === undefined) return undefined
  try {
    const engine = RE2JS.compile(told)
    return engine.programSize() <= maxSize[tooMuch] ? new LinearRegExp(source, engine, tooMuch === 'open') : undefined
  } catch {
    // It is too large, or nested too deeply.
    return undefined
  }
}

/** Reads as the regular expression that it stands for, so that types tell it as any other; only `test` is to be asked. */
class LinearRegExp extends RegExp {
  readonly #engine: RE2JS
  readonly #size: number
  readonly #mayStayOpen: boolean

  constructor(source: string, engine: RE2JS, mayStayOpen: boolean) {
    super(source)
    this.#engine = engine
    this.#mayStayOpen = mayStayOpen
    this.#size = engine.programSize()
  }

  override test(text: string): boolean {
    if (this.#mayStayOpen && !spendSteps(this.#size * (text.length + 1))) return true
    return this.#engine.test(text)
  }

  /** @throws {TypeError} always: JavaScript's own engine would run it */
  override exec(): never {
    throw new TypeError('a pattern of somebody else is only tested')
  }
}
