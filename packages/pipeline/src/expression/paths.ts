import type { Each, Expression } from './expression.ts'

/**
 * What an expression reads: for each name the fields from the outside in, shortest first. A path that ends earlier reads
 * all below it; `#` is every element of
 * a list, or every field of a record.
 *
 * @example pathsOf(parsed) // [['it', 'delay'], ['it', 'origin', 'code']]
 */
export function pathsOf(expression: Expression): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  collect(expression, new Map(), (path) => found.set(JSON.stringify(path), path))
  const paths = [...found.values()].toSorted((left, right) => left.length - right.length)
  // What is below a path that is read anyhow adds nothing.
  return paths.filter((path, index) => !paths.slice(0, index).some((shorter) => isPrefix(shorter, path)))
}

type Path = readonly string[]
type Variables = ReadonlyMap<string, Path | undefined>
type Note = (path: Path) => void

const isPrefix = (start: Path, path: Path) => start.every((part, index) => part === path[index])

function collect(node: Expression, variables: Variables, note: Note): void {
  const path = pathOf(node, variables)
  if (path === undefined) return eachPart(node, variables, note)
  note(path)
  collectPositions(node, variables, note)
}

/** What computes a position is read beside what it is a position in. */
function collectPositions(node: Expression, variables: Variables, note: Note): void {
  for (let of = node; of.kind === 'field' || of.kind === 'index'; of = of.of) {
    if (of.kind === 'index') collect(of.at, variables, note)
  }
}

function eachPart(node: Expression, variables: Variables, note: Note): void {
  const all = (...parts: readonly Expression[]) => parts.forEach((part) => collect(part, variables, note))
  switch (node.kind) {
    case 'field':
      return all(node.of)
    case 'index':
      return all(node.of, node.at)
    case 'operation':
      return all(node.left, node.right)
    case 'choice':
      return all(node.condition, node.then, node.otherwise)
    case 'call':
      return all(...node.args)
    case 'list':
      return all(...node.items)
    case 'record':
      return all(...node.fields.map(({ value }) => value))
    case 'each':
      return eachElement(node, variables, note)
    default:
      return undefined
  }
}

/** A filter hands its elements on whole; of all others only what the body reads is read. */
function eachElement({ list, variable, body, function: name }: Each, variables: Variables, note: Note): void {
  const path = name === 'filter' ? undefined : pathOf(list, variables)
  const element = path && [...path, '#']
  let isRead = false
  collect(body, new Map(variables).set(variable, element), (read) => {
    isRead ||= element !== undefined && isPrefix(element, read)
    note(read)
  })
  // How many elements there are is read even where nothing in them is.
  if (!isRead) collect(list, variables, note)
  else collectPositions(list, variables, note)
}

/** The path of a chain of fields from a name; nothing for what is computed, and for elements that are noted already. */
function pathOf(node: Expression, variables: Variables): Path | undefined {
  switch (node.kind) {
    case 'root':
      return variables.has(node.name) ? variables.get(node.name) : [node.name]
    case 'field': {
      const path = pathOf(node.of, variables)
      return path && [...path, node.name]
    }
    case 'index': {
      const path = pathOf(node.of, variables)
      return path && [...path, '#']
    }
    default:
      return undefined
  }
}
