import Big from 'big.js'

// A constructor of our own: its settings are nobody else's. Halves go away from zero, as people round money.
const Exact = Big()
Exact.DP = 20
Exact.RM = Exact.roundHalfUp

/** How many digits a decimal has at most (limit `decimal.digits`). */
export const decimalDigitLimit = 1000

const form = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/i

/** Own, so that two of the same number are equal all through, and no field that somebody could mean. */
const digits = Symbol('digits')

/** A decimal; undefined where it would have too many digits. */
let kept: (big: Big) => Decimal | undefined

/**
 * An exact decimal number, e.g. of money: 0.1 + 0.2 is 0.3. What has more than a thousand digits is no number any more. In
 * JSON it is a text, without an exponent and without zeros that say nothing.
 *
 * @example Decimal.read('12.50')?.times(Decimal.of(3))?.toString() // '37.5'
 */
export class Decimal {
  readonly [digits]: string
  readonly #big: Big

  static {
    kept = (big) => (Math.abs(big.e) + big.c.length > decimalDigitLimit ? undefined : new Decimal(big))
  }

  private constructor(big: Big) {
    this.#big = big
    // There is no negative zero in money.
    this[digits] = big.eq(0) ? '0' : big.toFixed()
  }

  /** Reads a text such as `-12.50` or `1.5e3`; undefined where it is none. */
  static read(text: string): Decimal | undefined {
    return text.length <= decimalDigitLimit && form.test(text) ? kept(new Exact(text)) : undefined
  }

  /**
   * A number as a decimal. A double is taken as it is printed: 0.1 is one tenth.
   *
   * @throws {RangeError} for what is no finite number of a thousand digits
   */
  static of(value: number | bigint): Decimal {
    const made =
      Number.isNaN(value) || Math.abs(Number(value)) === Infinity ? undefined : kept(new Exact(String(value)))
    if (made) return made
    throw new RangeError(`${value} is no decimal number of ${decimalDigitLimit} digits`)
  }

  plus(other: Decimal): Decimal | undefined {
    return kept(this.#big.plus(other.#big))
  }

  minus(other: Decimal): Decimal | undefined {
    return kept(this.#big.minus(other.#big))
  }

  times(other: Decimal): Decimal | undefined {
    return kept(this.#big.times(other.#big))
  }

  /** With at most twenty digits behind the point, halves away from zero. Undefined by zero. */
  dividedBy(other: Decimal): Decimal | undefined {
    return other.sign === 0 ? undefined : kept(this.#big.div(other.#big))
  }

  /** What is left of a division, with the sign of this one. Undefined by zero. */
  remainder(other: Decimal): Decimal | undefined {
    return other.sign === 0 ? undefined : kept(this.#big.mod(other.#big))
  }

  /** Negative where this one is less, positive where it is greater. */
  compare(other: Decimal): number {
    return this.#big.cmp(other.#big)
  }

  get sign(): number {
    return this.#big.cmp(0)
  }

  /**
   * The nearest of so many digits behind the point.
   *
   * @param to `up` and `down` go to the next one above or below @default halves go away from zero
   */
  round(behindPoint = 0, to?: 'up' | 'down'): Decimal {
    const isAway = to === 'up' ? this.sign > 0 : this.sign < 0
    const mode = to === undefined ? Exact.roundHalfUp : isAway ? Exact.roundUp : Exact.roundDown
    return new Decimal(this.#big.round(behindPoint, mode))
  }

  /** Without what stands behind the point. */
  truncate(): Decimal {
    return new Decimal(this.#big.round(0, Exact.roundDown))
  }

  negated(): Decimal {
    return new Decimal(this.#big.neg())
  }

  absolute(): Decimal {
    return new Decimal(this.#big.abs())
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this[digits])
  }

  toString(): string {
    return this[digits]
  }

  toJSON(): string {
    return this[digits]
  }
}
