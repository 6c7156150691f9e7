import { systemFailure } from '../error/failure.ts'
import type { PathSegment } from '../error/key.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import { lineAndColumn } from './position.ts'
import { Malformed, Scanner } from './scanner.ts'

/** After so many faults the rest is not looked for: one who sends that many reads no more of them. */
const mostFaults = 20
/** Keys are cut in what is told of them, so that a fault is not larger than what caused it. */
const mostKeyCharacters = 128

const clip = (text: string) => (text.length > mostKeyCharacters ? `${text.slice(0, mostKeyCharacters)}…` : text)

/**
 * Everything that is wrong with a JSON text, in the order of the text; nothing when it is sound. This is the precise
 * walk, one character after another, and several times slower than `JSON.parse`. It builds no values.
 */
export function findFaults(text: string, maxDepth: number): AnyFailure[] {
  const faults = new Faults(maxDepth)
  const scanner = new Scanner(text)
  try {
    scanner.space()
    readValue(scanner, faults)
    scanner.space()
    if (!scanner.atEnd) scanner.refuse('the end of the input')
  } catch (thrown) {
    if (thrown === enough) return faults.found
    if (!(thrown instanceof Malformed)) throw thrown
    const { line, column } = lineAndColumn(text, thrown.at)
    const reason = `${thrown.reason} at line ${line}, column ${column}`
    // What stands before the break is less urgent, and may be a consequence of it.
    return [systemFailure('MalformedInput', { format: 'JSON', reason, line, column }, { path: faults.path })]
  }
  return faults.found
}

/** Thrown to end the walk early. */
const enough = Symbol('enough faults')

class Faults {
  readonly found: AnyFailure[] = []
  readonly path: PathSegment[] = []
  readonly maxDepth: number

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth
  }

  add(code: 'DuplicateKey' | 'UnsafeInteger' | 'LoneSurrogate' | 'ForbiddenKey' | 'TooDeep', data: object): void {
    this.found.push(systemFailure(code, data, { path: [...this.path] }))
    if (code === 'TooDeep' || this.found.length === mostFaults) throw enough
  }
}

function readValue(scanner: Scanner, faults: Faults): void {
  switch (scanner.peek()) {
    case '{':
      return nested(faults, () => readObject(scanner, faults))
    case '[':
      return nested(faults, () => readList(scanner, faults))
    case '"':
      if (!scanner.string().isWellFormed()) faults.add('LoneSurrogate', {})
      return
    case 't':
      return scanner.word('true')
    case 'f':
      return scanner.word('false')
    case 'n':
      return scanner.word('null')
    default:
      return readNumber(scanner, faults)
  }
}

function nested(faults: Faults, read: () => void): void {
  // A path has one segment per level, so its length is the depth.
  if (faults.path.length >= faults.maxDepth) faults.add('TooDeep', { limit: faults.maxDepth, name: 'maxDepth' })
  read()
}

function readObject(scanner: Scanner, faults: Faults): void {
  const keys = new Set<string>()
  scanner.skip('{')
  scanner.space()
  if (scanner.accept('}')) return
  for (;;) {
    if (scanner.peek() !== '"')
      scanner.refuse(keys.size === 0 ? 'a key in double quotes or "}"' : 'a key in double quotes')
    const key = scanner.string()
    faults.path.push(clip(key).toWellFormed())
    if (!key.isWellFormed()) faults.add('LoneSurrogate', {})
    if (key === '__proto__') faults.add('ForbiddenKey', { key })
    if (keys.has(key)) faults.add('DuplicateKey', { key: clip(key).toWellFormed() })
    keys.add(key)
    scanner.space()
    if (!scanner.accept(':')) scanner.refuse('":"')
    scanner.space()
    readValue(scanner, faults)
    faults.path.pop()
    scanner.space()
    if (scanner.accept('}')) return
    if (!scanner.accept(',')) scanner.refuse('"," or "}"')
    scanner.space()
  }
}

function readList(scanner: Scanner, faults: Faults): void {
  scanner.skip('[')
  scanner.space()
  if (scanner.accept(']')) return
  for (let index = 0; ; index++) {
    faults.path.push(index)
    readValue(scanner, faults)
    faults.path.pop()
    scanner.space()
    if (scanner.accept(']')) return
    if (!scanner.accept(',')) scanner.refuse('"," or "]"')
    scanner.space()
  }
}

/**
 * A number with an exponent is a floating-point number by intent, and only refused where it is infinite. Any other
 * beyond 2^53 - 1 would be changed, or could have been.
 */
function readNumber(scanner: Scanner, faults: Faults): void {
  const text = scanner.number()
  const value = Number(text)
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return
  if (Number.isFinite(value) && /e/i.test(text)) return
  faults.add('UnsafeInteger', { text: clip(text) })
}
