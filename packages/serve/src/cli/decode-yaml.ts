import { isUtf8 } from 'node:buffer'
import {
  type AnyFailure,
  type DecodeLimits,
  decodeLimits,
  failed,
  Failure,
  type Outcome,
  success,
  systemFailure,
  tooLarge,
} from '@heddle/core'
import { YamlReader } from './yaml-reader.ts'

/**
 * Reads one YAML document (the core schema of YAML 1.2) as strictly as JSON is read: no key twice, however it is written,
 * no number that JavaScript would round, no half of a surrogate pair, no `__proto__`; and no alias (a few of them can grow
 * without bound), no tag of another schema, no key that is a list or an object.
 *
 * @returns failures `MalformedInput` with line and column, `DuplicateKey`, `UnsafeInteger`, `LoneSurrogate`, `ForbiddenKey`, `TooDeep`, `TooLarge`
 */
export async function decodeYaml(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<Outcome<unknown, AnyFailure>> {
  const { maxBodyBytes = decodeLimits.maxBodyBytes, maxDepth = decodeLimits.maxDepth } = limits
  if (bytes.byteLength > maxBodyBytes) return failed([tooLarge(maxBodyBytes)])
  if (!isUtf8(bytes)) return failed([systemFailure('MalformedInput', { format: 'YAML', reason: 'it is not UTF-8' })])
  const text = Buffer.from(bytes).toString('utf8')

  const yaml = await import('yaml')
  const lineCounter = new yaml.LineCounter()
  // Keys are compared by the reader, which knows what they become.
  const document = yaml.parseDocument(text, { uniqueKeys: false, prettyErrors: false, lineCounter })
  const reader = new YamlReader(yaml, lineCounter, maxDepth)
  try {
    // What the library only warns of, e.g. a tag that it does not know, would change the value.
    const [error] = [...document.errors, ...document.warnings]
    // The parser goes down one call per level.
    if (error?.code === 'RESOURCE_EXHAUSTION') throw reader.tooDeep()
    if (error) reader.refuse(error.message.split('\n')[0]!.replace(/[.;].*$/, ''), error.pos[0])
    if (document.directives.yaml.version !== '1.2') reader.refuse('a version other than YAML 1.2', 0)
    return success(reader.read(document.contents))
  } catch (thrown) {
    if (thrown instanceof Failure) return failed([thrown])
    throw thrown
  }
}
