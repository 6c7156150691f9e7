import { isUtf8 } from 'node:buffer'
import { type PathSegment, systemFailure } from '@heddle/core'
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import { type ConfigDocument, type Position, Positions } from './config-file.ts'

/**
 * Reads TOML 1.0. Dates are text as in JSON, so that the type of the configuration decides what becomes of them.
 *
 * @throws {Failure} MalformedInput, UnsafeInteger, ForbiddenKey
 */
export function readToml(bytes: Uint8Array): ConfigDocument {
  if (!isUtf8(bytes)) throw systemFailure('MalformedInput', { format: 'TOML', reason: 'it is not UTF-8' })
  const reader = new TomlReader()
  const [top] = parse(Buffer.from(bytes).toString('utf8')).body
  for (const entry of top.body) {
    if (entry.type === 'TOMLTable') reader.table(entry)
    else reader.pair(entry, reader.value, [])
  }
  return { value: reader.value, positionOf: (path) => reader.positions.of(path) }
}

function parse(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.0' })
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown
    const { lineNumber: line, column: zeroBased, message } = thrown
    const column = zeroBased + 1
    const reason = `${message.replace(/\.$/, '')} at line ${line}, column ${column}`
    throw systemFailure('MalformedInput', { format: 'TOML', reason, line, column }, { cause: thrown })
  }
}

type Table = Record<string, unknown>

class TomlReader {
  readonly value: Table = {}
  readonly positions = new Positions()

  /** `[a.b]` or `[[a.b]]`; the parser has resolved which element of a list is meant. */
  table({ resolvedKey, body, loc }: AST.TOMLTable): void {
    let holder: Table = this.value
    resolvedKey.forEach((segment, index) => {
      const path = resolvedKey.slice(0, index + 1)
      if (!Object.hasOwn(holder, segment)) this.positions.set(path, positionOf(loc))
      holder = this.#inside(holder, segment, path, typeof resolvedKey[index + 1] === 'number')
    })
    for (const pair of body) this.pair(pair, holder, resolvedKey)
  }

  /** `a.b = value` */
  pair({ key, value }: AST.TOMLKeyValue, holder: Table, base: readonly PathSegment[]): void {
    const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value))
    let inner = holder
    names.slice(0, -1).forEach((name, index) => {
      inner = this.#inside(inner, name, [...base, ...names.slice(0, index + 1)], false)
    })
    const path = [...base, ...names]
    assertAllowed(names.at(-1)!, path)
    inner[names.at(-1)!] = this.#read(value, path)
  }

  #inside(holder: Table, segment: PathSegment, path: readonly PathSegment[], isList: boolean): Table {
    assertAllowed(segment, path)
    if (!Object.hasOwn(holder, segment)) holder[segment] = isList ? [] : {}
    return holder[segment] as Table
  }

  #read(node: AST.TOMLContentNode, path: readonly PathSegment[]): unknown {
    this.positions.set(path, positionOf(node.loc))
    if (node.type === 'TOMLArray') return node.elements.map((element, index) => this.#read(element, [...path, index]))
    if (node.type === 'TOMLInlineTable') {
      const inner: Table = {}
      for (const pair of node.body) this.pair(pair, inner, path)
      return inner
    }
    if ('datetime' in node) return node.datetime.replace(/(?<=^[\d-]{10}) /, 'T')
    if (node.kind === 'integer' && !Number.isSafeInteger(node.value))
      throw systemFailure('UnsafeInteger', { text: node.number }, { path })
    return node.value
  }
}

function assertAllowed(name: PathSegment, path: readonly PathSegment[]): void {
  if (name === '__proto__') throw systemFailure('ForbiddenKey', { key: name }, { path })
}

/** The library counts columns from 0. */
const positionOf = ({ start }: AST.SourceLocation): Position => ({ line: start.line, column: start.column + 1 })
