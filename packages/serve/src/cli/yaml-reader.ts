import { type PathSegment, systemFailure } from '@heddle/core'
import type * as Yaml from 'yaml'

/** Tags that say no more than the core schema says by itself. */
const coreTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/** Keys are cut in what is told of them, so that a fault is not larger than what caused it. */
const mostKeyCharacters = 128

/**
 * Makes a value of the nodes of a YAML document. The library's own way leaves out what JavaScript cannot say, e.g. one of
 * two keys that become the same text, or what a tag means; here that is refused.
 */
export class YamlReader {
  readonly #yaml: typeof Yaml
  readonly #maxDepth: number
  readonly #lines: Yaml.LineCounter
  readonly #path: PathSegment[] = []

  constructor(yaml: typeof Yaml, lines: Yaml.LineCounter, maxDepth: number) {
    this.#yaml = yaml
    this.#lines = lines
    this.#maxDepth = maxDepth
  }

  /** @throws {Failure} see `decodeYaml` */
  read(node: unknown): unknown {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml
    if (isAlias(node)) this.refuse('an alias, which is not accepted,', node)
    if (isScalar(node)) return this.#scalar(node)
    if (!isMap(node) && !isSeq(node)) return null
    this.#assertTag(node)
    // A path has one segment per level, so its length is the depth.
    if (this.#path.length >= this.#maxDepth) throw this.tooDeep()
    return isSeq(node) ? this.#list(node) : this.#object(node)
  }

  tooDeep() {
    return systemFailure('TooDeep', { limit: this.#maxDepth, name: 'maxDepth' }, { path: [...this.#path] })
  }

  /** @throws {Failure} MalformedInput, saying what stands where */
  refuse(what: string, at: Yaml.Node | number): never {
    const { line, col: column } = this.#lines.linePos(typeof at === 'number' ? at : (at.range?.[0] ?? 0))
    const reason = `${what} at line ${line}, column ${column}`
    throw systemFailure('MalformedInput', { format: 'YAML', reason, line, column }, { path: [...this.#path] })
  }

  #list({ items }: Yaml.YAMLSeq): unknown[] {
    return items.map((item, index) => this.#inside(index, item))
  }

  #object({ items }: Yaml.YAMLMap): Record<string, unknown> {
    const fields: Record<string, unknown> = {}
    for (const { key, value } of items) {
      const name = this.#key(key)
      if (Object.hasOwn(fields, name)) throw this.#failureAt(name, 'DuplicateKey')
      if (name === '__proto__') throw this.#failureAt(name, 'ForbiddenKey')
      if (!name.isWellFormed()) throw this.#failureAt(name, 'LoneSurrogate')
      fields[name] = this.#inside(name, value)
    }
    return fields
  }

  #inside(segment: PathSegment, node: unknown): unknown {
    this.#path.push(segment)
    const value = this.read(node)
    this.#path.pop()
    return value
  }

  /** A key as JSON has it: text. */
  #key(key: unknown): string {
    if (!this.#yaml.isScalar(key)) this.refuse('a key that is no text', key as Yaml.Node)
    this.#assertTag(key)
    // As it is written: `1e3` and `1000` are two keys.
    return typeof key.value === 'string' ? key.value : (key.source ?? '')
  }

  #scalar(node: Yaml.Scalar): unknown {
    this.#assertTag(node)
    const { value, source = '' } = node
    if (typeof value === 'string' && !value.isWellFormed()) throw systemFailure('LoneSurrogate', {}, this.#here)
    if (typeof value !== 'number' || !isChanged(value, source)) return value
    throw systemFailure('UnsafeInteger', { text: clip(source) }, this.#here)
  }

  #assertTag(node: Yaml.Node): void {
    if (node.tag !== undefined && !coreTags.has(node.tag)) this.refuse(`the tag ${node.tag} is not known`, node)
  }

  #failureAt(key: string, code: 'DuplicateKey' | 'ForbiddenKey' | 'LoneSurrogate') {
    const shown = clip(key).toWellFormed()
    return systemFailure(code, code === 'LoneSurrogate' ? {} : { key: shown }, { path: [...this.#path, shown] })
  }

  get #here() {
    return { path: [...this.#path] }
  }
}

/** As in JSON: a number with an exponent is meant as a floating-point number, any other must stay as it is written. */
function isChanged(value: number, source: string): boolean {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false
  return Number.isFinite(value) ? !/^[-+]?[\d.]+e/i.test(source) : /\d/.test(source)
}

const clip = (text: string) => (text.length > mostKeyCharacters ? `${text.slice(0, mostKeyCharacters)}…` : text)
