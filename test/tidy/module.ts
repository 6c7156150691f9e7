import { parseSync } from 'rolldown/utils'
import { lineOf } from './tree.ts'
import type { Tree } from './tree.ts'

/** A node of the syntax tree. Only what every node has is typed: the checks look for shapes. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** One way in which a file names another module. */
export interface Import {
  readonly specifier: string
  readonly line: number
  readonly how: 'static' | 'dynamic' | 'type' | 'url'
}

/** What the checks need to know of one source file. */
export interface Module {
  readonly path: string
  readonly text: string
  readonly body: readonly Node[]
  readonly imports: readonly Import[]
  readonly comments: readonly {
    readonly type: string
    readonly value: string
    readonly start: number
    readonly end: number
  }[]
  /** Syntax errors, as one sentence each. */
  readonly errors: readonly string[]
  line(node: { readonly start: number }): number
}

const cache = new WeakMap<Tree, Map<string, Module>>()

/** Parses a file of the tree, once. */
export function moduleOf(tree: Tree, path: string): Module {
  let modules = cache.get(tree)
  if (modules === undefined) cache.set(tree, (modules = new Map()))
  const known = modules.get(path)
  if (known !== undefined) return known
  const parsed = parseModule(path, tree.read(path))
  modules.set(path, parsed)
  return parsed
}

/** Parses one source text. */
export function parseModule(path: string, text: string): Module {
  const result = parseSync(path, text)
  const body = (result.program as unknown as { body: Node[] }).body
  const line = (node: { readonly start: number }): number => lineOf(text, node.start)
  const imports: Import[] = []
  visit(body, (node) => {
    const found = importIn(node)
    if (found !== undefined) imports.push({ ...found, line: line(node) })
  })
  return { path, text, body, imports, comments: result.comments, errors: result.errors.map(String), line }
}

/** Calls `seen` for each node below, parents first. */
export function visit(root: unknown, seen: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  if (Array.isArray(root)) {
    for (const item of root) visit(item, seen, parent)
    return
  }
  if (!isNode(root)) return
  seen(root, parent)
  for (const key in root) {
    const value = root[key]
    if (typeof value === 'object' && value !== null) visit(value, seen, root)
  }
}

/** Whether a value of the syntax tree is a node, of one type if that is given. */
export function isNode(value: unknown, type?: string): value is Node {
  if (typeof value !== 'object' || value === null) return false
  const found = (value as { type?: unknown }).type
  return type === undefined ? typeof found === 'string' : found === type
}

/** The name of an identifier, the value of a string literal, otherwise undefined. */
export function nameOf(node: unknown): string | undefined {
  if (isNode(node, 'Identifier')) return node.name as string
  if (isNode(node, 'Literal') && typeof node.value === 'string') return node.value
  return undefined
}

function importIn(node: Node): Pick<Import, 'specifier' | 'how'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return named(node.source, 'static')
    case 'ImportExpression':
      return named(node.source, 'dynamic')
    case 'TSImportType':
      return named(node.source ?? node.argument, 'type')
    case 'NewExpression':
      return nameOf(node.callee) === 'URL' && isImportMetaUrl((node.arguments as unknown[])[1])
        ? named((node.arguments as unknown[])[0], 'url')
        : undefined
    case 'CallExpression':
      return isNode(node.callee, 'MemberExpression') &&
        isNode(node.callee.object, 'MetaProperty') &&
        nameOf(node.callee.property) === 'resolve'
        ? named((node.arguments as unknown[])[0], 'url')
        : undefined
    default:
      return undefined
  }
}

function named(source: unknown, how: Import['how']): Pick<Import, 'specifier' | 'how'> | undefined {
  const literal = isNode(source, 'TSLiteralType') ? source.literal : source
  const specifier = isNode(literal, 'Literal') ? nameOf(literal) : undefined
  return specifier === undefined ? undefined : { specifier, how }
}

function isImportMetaUrl(node: unknown): boolean {
  return isNode(node, 'MemberExpression') && isNode(node.object, 'MetaProperty') && nameOf(node.property) === 'url'
}
