import { type AnyFailure, failed, type Outcome, type PathSegment, success, systemFailure } from '@heddle/core'
import { decodeLimits, type DecodeLimits } from '../decode/limits.ts'
import { tooLarge } from '../decode/decode-json.ts'

/**
 * Reads one YAML document (the core schema of YAML 1.2) as strictly as JSON is read: no key twice, no integer that
 * JavaScript would round, no half of a surrogate pair, no `__proto__`, no alias (a few of them can grow without bound).
 *
 * @returns failures `MalformedInput` with line and column, `UnsafeInteger`, `LoneSurrogate`, `ForbiddenKey`, `TooDeep`, `TooLarge`
 */
export async function decodeYaml(text: string, limits: DecodeLimits = {}): Promise<Outcome<unknown, AnyFailure>> {
  const { maxBodyBytes = decodeLimits.maxBodyBytes, maxDepth = decodeLimits.maxDepth } = limits
  if (Buffer.byteLength(text) > maxBodyBytes) return failed([tooLarge(maxBodyBytes)])
  const { LineCounter, parseDocument } = await import('yaml')
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { intAsBigInt: true, uniqueKeys: true, prettyErrors: false, lineCounter })
  const [error] = document.errors
  if (error) {
    const { line, col: column } = lineCounter.linePos(error.pos[0])
    const reason = `${error.message.split('\n')[0]!.replace(/\.$/, '')} at line ${line}, column ${column}`
    return failed([systemFailure('MalformedInput', { format: 'YAML', reason, line, column })])
  }
  try {
    return success(check(document.toJS({ maxAliasCount: 0 }), [], maxDepth))
  } catch (thrown) {
    if (thrown instanceof ReferenceError) {
      return failed([systemFailure('MalformedInput', { format: 'YAML', reason: 'aliases are not accepted' })])
    }
    return failed([thrown as AnyFailure])
  }
}

/** The value with big integers made numbers where nothing is lost. */
function check(value: unknown, path: readonly PathSegment[], depthLeft: number): unknown {
  if (typeof value === 'bigint') {
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
      throw systemFailure('UnsafeInteger', { text: String(value) }, { path })
    }
    return Number(value)
  }
  if (typeof value === 'string' && !value.isWellFormed()) throw systemFailure('LoneSurrogate', {}, { path })
  if (typeof value !== 'object' || value === null) return value
  if (depthLeft === 0) throw systemFailure('TooDeep', { limit: path.length, name: 'maxDepth' }, { path })
  if (Array.isArray(value)) return value.map((item: unknown, index) => check(item, [...path, index], depthLeft - 1))
  const checked: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value)) {
    const at = [...path, key]
    if (key === '__proto__') throw systemFailure('ForbiddenKey', { key }, { path: at })
    checked[key] = check(field, at, depthLeft - 1)
  }
  return checked
}
