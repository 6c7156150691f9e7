import { Defect } from '@heddle/core'
import type { Segment } from './route-pattern.ts'

/** What the router finds: an endpoint, or that the path exists under other methods. */
export type Match<Endpoint> =
  | { readonly endpoint: Endpoint; readonly parameters: Readonly<Record<string, string>> }
  | { readonly endpoint: undefined; readonly methods: readonly string[] }

/** The methods of one path. */
type Methods<Endpoint> = Map<string, Endpoint>

/** A place in the tree of paths that hold parameters. */
interface Branch<Endpoint> {
  readonly fixed: Map<string, Branch<Endpoint>>
  parameter: Branch<Endpoint> | undefined
  /** The names of the parameters on the way here, by method: routes may name them differently. */
  readonly methods: Map<string, { endpoint: Endpoint; names: readonly string[] }>
}

/** What a path without parameters gives. */
export const noParameters = Object.freeze({})

const branch = <Endpoint>(): Branch<Endpoint> => ({ fixed: new Map(), parameter: undefined, methods: new Map() })

/** Finds endpoints by path and method. Fixed paths are one look-up; they win over paths with parameters. */
export class Router<Endpoint> {
  readonly #fixed = new Map<string, Methods<Endpoint>>()
  readonly #root = branch<Endpoint>()

  /** @throws {Defect} DuplicateName */
  add(method: string, segments: readonly Segment[], endpoint: Endpoint): void {
    const names = segments.flatMap((segment) => ('parameter' in segment ? [segment.parameter] : []))
    const path = `/${segments.map((segment) => ('text' in segment ? segment.text : `{${segment.parameter}}`)).join('/')}`
    const methods = names.length === 0 ? this.#methodsOf(path) : this.#branchOf(segments).methods
    if (methods.has(method)) throw new Defect('DuplicateName', { name: `route "${method} ${path}"` })
    if (names.length === 0) this.#methodsOf(path).set(method, endpoint)
    else this.#branchOf(segments).methods.set(method, { endpoint, names })
  }

  /** Undefined for a path that nothing has. */
  find(method: string, path: string): Match<Endpoint> | undefined {
    const fixed = this.#fixed.get(path)
    const endpoint = fixed?.get(method)
    if (endpoint !== undefined) return { endpoint, parameters: noParameters }
    const methods = new Set(fixed?.keys())
    const found = this.#follow(this.#root, path.split('/'), 1, [], method, methods)
    if (found) return found
    return methods.size > 0 ? { endpoint: undefined, methods: [...methods] } : undefined
  }

  #methodsOf(path: string): Methods<Endpoint> {
    let methods = this.#fixed.get(path)
    if (!methods) this.#fixed.set(path, (methods = new Map()))
    return methods
  }

  #branchOf(segments: readonly Segment[]): Branch<Endpoint> {
    let at = this.#root
    for (const segment of segments) {
      let next = 'text' in segment ? at.fixed.get(segment.text) : at.parameter
      if (!next) {
        next = branch()
        if ('text' in segment) at.fixed.set(segment.text, next)
        else at.parameter = next
      }
      at = next
    }
    return at
  }

  /** Tries fixed text before a parameter at each place, and collects the methods of what fits the path only. */
  #follow(
    at: Branch<Endpoint>,
    parts: readonly string[],
    index: number,
    values: readonly string[],
    method: string,
    methods: Set<string>,
  ): Match<Endpoint> | undefined {
    if (index === parts.length) {
      const found = at.methods.get(method)
      if (found) return { endpoint: found.endpoint, parameters: named(found.names, values) }
      for (const other of at.methods.keys()) methods.add(other)
      return undefined
    }
    const part = parts[index]!
    const fixed = at.fixed.get(part)
    const found = fixed && this.#follow(fixed, parts, index + 1, values, method, methods)
    if (found || !at.parameter) return found
    const value = decoded(part)
    if (value === undefined) return undefined
    return this.#follow(at.parameter, parts, index + 1, [...values, value], method, methods)
  }
}

const named = (names: readonly string[], values: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, values[index]!]))

/** An empty segment is no value, and neither is one with a broken escape. */
function decoded(part: string): string | undefined {
  if (part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
