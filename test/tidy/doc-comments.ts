import { packagesOf, resolveRelative } from './packages.ts'
import { isNode, moduleOf, nameOf, visit } from './module.ts'
import type { Module, Node } from './module.ts'
import type { Check, Finding, Tree } from './tree.ts'
import { posix } from 'node:path'

/** Every export that a user can reach from an entry point has a doc comment where it is declared. */
export const checkDocComments: Check = (tree) => {
  const findings = new Map<string, Finding>()
  for (const { folder, name, exports } of packagesOf(tree)) {
    for (const target of Object.values(exports)) {
      const entry = posix.join(folder, target)
      if (!tree.has(entry)) continue
      for (const exported of exportsOf(tree, entry, new Set())) {
        if (exported.documented) continue
        findings.set(`${exported.file}:${exported.line}:${exported.local}`, {
          file: exported.file,
          line: exported.line,
          message: `${exported.local} is public (${name}) and has no doc comment: say in one sentence what it is for`,
        })
      }
    }
  }
  return [...findings.values()]
}

interface Exported {
  /** The name that importers of this file use. */
  readonly name: string
  readonly local: string
  readonly file: string
  readonly line: number
  readonly documented: boolean
}

/** What a module exports, followed to the files that declare it. Names from other packages are theirs to document. */
function exportsOf(tree: Tree, file: string, open: ReadonlySet<string>): Exported[] {
  if (!tree.has(file) || open.has(file)) return []
  const path = new Set([...open, file])
  const module = moduleOf(tree, file)
  const found: Exported[] = []
  for (const node of module.body) {
    const source = nameOf(node.source)
    if (node.type === 'ExportAllDeclaration') {
      if (isNode(node.exported)) {
        const documented = hasComment(module, node)
        found.push({
          name: nameOf(node.exported) ?? '',
          local: nameOf(node.exported) ?? '',
          file,
          line: module.line(node),
          documented,
        })
      } else if (source?.startsWith('.')) {
        found.push(...exportsOf(tree, resolveRelative(file, source), path))
      }
    } else if (node.type === 'ExportNamedDeclaration' && source !== undefined) {
      if (source.startsWith('.')) found.push(...renamed(node, exportsOf(tree, resolveRelative(file, source), path)))
    } else if (node.type === 'ExportNamedDeclaration' && isNode(node.declaration)) {
      found.push(...declared(module, node.declaration, node))
    } else if (node.type === 'ExportNamedDeclaration') {
      found.push(...renamed(node, localsOf(tree, module, path)))
    } else if (node.type === 'ExportDefaultDeclaration') {
      found.push({
        name: 'default',
        local: 'the default export',
        file,
        line: module.line(node),
        documented: hasComment(module, node),
      })
    }
  }
  return mergeOverloads(found)
}

function renamed(node: Node, available: readonly Exported[]): Exported[] {
  return (node.specifiers as Node[]).flatMap((specifier) => {
    const local = nameOf(specifier.local)
    return available
      .filter(({ name }) => name === local)
      .map((one) => ({ ...one, name: nameOf(specifier.exported) ?? one.name }))
  })
}

/** Everything declared or imported at the top of a module, for `export { a, b }`. */
function localsOf(tree: Tree, module: Module, path: ReadonlySet<string>): Exported[] {
  const found: Exported[] = []
  for (const node of module.body) {
    if (node.type === 'ImportDeclaration') {
      const source = nameOf(node.source) ?? ''
      if (!source.startsWith('.')) continue
      const available = exportsOf(tree, resolveRelative(module.path, source), path)
      for (const specifier of node.specifiers as Node[]) {
        const imported = nameOf(specifier.imported) ?? 'default'
        found.push(
          ...available
            .filter(({ name }) => name === imported)
            .map((one) => ({ ...one, name: nameOf(specifier.local) ?? '' })),
        )
      }
    } else {
      found.push(...declared(module, node, node))
    }
  }
  return mergeOverloads(found)
}

function declared(module: Module, declaration: Node, statement: Node): Exported[] {
  const names: string[] = []
  if (declaration.type === 'VariableDeclaration') {
    for (const { id } of declaration.declarations as Node[]) {
      visit(id, (node, parent) => {
        const isKey = parent?.type === 'Property' && parent.value !== node
        if (node.type === 'Identifier' && !isKey && !parent?.type.startsWith('TS')) names.push(node.name as string)
      })
    }
  } else if (isNode(declaration.id)) {
    names.push(nameOf(declaration.id) ?? '')
  }
  const line = module.line(statement)
  const documented = hasComment(module, statement)
  return names.map((name) => ({ name, local: name, file: module.path, line, documented }))
}

/** One comment serves all overloads of a function, and a type and a value of one name. */
function mergeOverloads(all: readonly Exported[]): Exported[] {
  const merged = new Map<string, Exported>()
  for (const one of all) {
    const before = merged.get(one.name)
    if (before === undefined || (!before.documented && one.documented)) merged.set(one.name, one)
  }
  return [...merged.values()]
}

/** Whether a block comment of the doc kind ends right before a statement. */
function hasComment(module: Module, statement: Node): boolean {
  const before = module.comments.filter(({ end }) => end <= statement.start)
  for (let index = before.length - 1, from = statement.start; index >= 0; index--) {
    const comment = before[index]
    if (comment === undefined || module.text.slice(comment.end, from).trim() !== '') return false
    if (comment.type === 'Block' && comment.value.startsWith('*')) return /\w/.test(comment.value)
    from = comment.start
  }
  return false
}
