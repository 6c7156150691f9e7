import { type AnyFailure, systemFailure } from '@heddle/core'

/** One word group of a command line: a flag with its value, or a plain word. */
export interface Token {
  /** Without dashes, as typed; undefined for a plain word. */
  readonly flag: string | undefined
  /** After `=`, or the word itself. */
  readonly value: string | undefined
}

/** Takes a command line apart into flags and words. After `--` everything is a word. */
export function tokenize(argv: readonly string[]): Token[] {
  const tokens: Token[] = []
  let plain = false
  for (const word of argv) {
    if (plain || !word.startsWith('-') || word === '-' || isNumber(word)) tokens.push({ flag: undefined, value: word })
    else if (word === '--') plain = true
    else {
      const body = word.startsWith('--') ? word.slice(2) : word.slice(1)
      const equals = body.indexOf('=')
      tokens.push(
        equals < 0 ? { flag: body, value: undefined } : { flag: body.slice(0, equals), value: body.slice(equals + 1) },
      )
    }
  }
  return tokens
}

/** Negative numbers are values, not flags. */
const isNumber = (word: string) => /^-(?:\d|\.\d)/.test(word)

/** The command line itself is wrong. */
export function usageFailure(reason: string, cause?: unknown): AnyFailure {
  // A reason that ends in a question needs no full stop behind it.
  const message = reason.endsWith('?') ? `The command line is not valid: ${reason}` : undefined
  return systemFailure('InvalidUsage', { reason }, { cause, message })
}
