import type { Schema } from '../nodes.ts'
import type { Recursion } from '../recursion.ts'

// Frames of generated functions are large; the stack holds some thousands.
const MAX_CALLS = 200

/**
 * Where the issues of a node go. Generated code keeps one list `iss` per payload of Zod that somebody looks at: a check
 * of an object sees the issues of that object, with paths from there. Elsewhere one list serves several payloads.
 */
export interface Scope {
  /** Expressions for the path from the schema that `iss` belongs to down to this node. */
  readonly path: readonly string[]
  /** The variable that stands for `payload.aborted`, when `iss` holds the issues of exactly this node's payload. */
  readonly aborted?: string
  /** Whether anybody looks at the value once something has failed: later checks and unions do. */
  readonly usesInvalid: boolean
}

export interface Fallback {
  readonly path: string
  readonly kind: string
}

/** The scope of a part one step down, which has a payload of its own. */
export const below = ({ path, usesInvalid }: Scope, step: string): Scope => ({ path: [...path, step], usesInvalid })

/** Collects the text of one generated function, the constants that it closes over and what could not be generated. */
export class Emitter {
  readonly constants: unknown[] = []
  readonly fallbacks: Fallback[] = []
  /** Nodes whose checks are generated. */
  compiled = 0
  total = 0
  /** Whether the generated code calls functions of users, or Zod, which both may be asynchronous. */
  callsOut = false
  readonly recursion: Recursion
  /** The functions of recursive schemas, by name. */
  readonly functions = new Map<Schema, string>()
  /** Whether the text being written is the body of such a function. */
  isInFunction = false
  #functionTexts: string[] = []
  #lines: string[] = []
  readonly #names = new Map<unknown, string>()
  #count = 0

  constructor(recursion: Recursion) {
    this.recursion = recursion
  }

  write(line: string): void {
    this.#lines.push(line)
  }

  /** Writes a function for a schema; `body` works on the variables `v`, `iss` and `ab`, and `d` is the depth. */
  writeFunction(schema: Schema, body: () => void): void {
    const name = this.name('check')
    this.functions.set(schema, name)
    const [lines, wasInFunction] = [this.#lines, this.isInFunction]
    this.#lines = [`function ${name}(v, d) { if (d > ${MAX_CALLS}) throw tooDeep; let iss = null, ab = false;`]
    this.isInFunction = true
    body()
    this.#functionTexts.push(...this.#lines, 'return iss === null ? v : new Failed(v, iss, ab); }')
    this.#lines = lines
    this.isInFunction = wasInFunction
  }

  /** Runs `write`, and undoes it when what it wrote calls out. */
  tryPure(write: () => void): boolean {
    const { callsOut, compiled, total } = this
    const [functions, fallbacks, texts] = [
      new Set(this.functions.keys()),
      this.fallbacks.length,
      this.#functionTexts.length,
    ]
    this.callsOut = false
    write()
    const pure = !this.callsOut
    if (!pure) {
      Object.assign(this, { compiled, total })
      for (const schema of this.functions.keys()) if (!functions.has(schema)) this.functions.delete(schema)
      this.fallbacks.length = fallbacks
      this.#functionTexts.length = texts
    }
    this.callsOut = callsOut
    return pure
  }

  /** A fresh variable name. */
  name(prefix: string): string {
    return `${prefix}${this.#count++}`
  }

  /** The name under which generated code finds a value. */
  constant(value: unknown): string {
    let name = this.#names.get(value)
    if (name === undefined) {
      name = `k${this.constants.length}`
      this.constants.push(value)
      this.#names.set(value, name)
    }
    return name
  }

  /** The functions of recursive schemas. */
  get functionText(): string {
    return this.#functionTexts.join('\n')
  }

  get text(): string {
    return this.#lines.join('\n')
  }
}

/** A value as source text, by the constant table where there is no literal for it. */
export function literal(emitter: Emitter, value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  return emitter.constant(value)
}

/** The argument list that hands a scope's path to a helper; nothing where paths already start right. */
export const pathArgument = ({ path }: Scope): string => (path.length === 0 ? '' : `, [${path.join(', ')}]`)

/** Writes the code that adds an issue; `fields` is the inside of the object literal, in Zod's order. */
export function writeIssue(emitter: Emitter, scope: Scope, fields: string): void {
  const path = scope.path.length === 0 ? '' : `, path: [${scope.path.join(', ')}]`
  emitter.write(`iss = push(iss, { ${fields}${path} });`)
}

/** Writes the code that takes over the payload which `call` answers, as the result of the node at `value`. */
export function writePayload(emitter: Emitter, value: string, scope: Scope, call: string): void {
  const aborted = scope.aborted ? ` if (p.aborted) ${scope.aborted} = true;` : ''
  emitter.write(`{ const p = ${call}; ${value} = p.value; iss = join(iss, p.issues${pathArgument(scope)});${aborted} }`)
}

/** Writes `body` with a list of issues of its own, which then joins the one around it. */
export function writeOwnScope(emitter: Emitter, scope: Scope, body: (own: Scope) => void): void {
  if (scope.aborted) return body(scope)
  const outer = emitter.name('s')
  const aborted = emitter.name('ab')
  emitter.write(`const ${outer} = iss; iss = null; let ${aborted} = false;`)
  body({ path: [], aborted, usesInvalid: scope.usesInvalid })
  emitter.write(`iss = iss === null ? ${outer} : join(${outer}, iss${pathArgument(scope)});`)
}

/**
 * Writes `body` for a payload that is set apart: what it finds is left in the returned variables and nowhere else.
 * Zod does so where a failure need not be one, such as a member of a union.
 */
export function writeApart(
  emitter: Emitter,
  body: (own: Scope) => void,
  usesInvalid = true,
): { issues: string; aborted: string } {
  const outer = emitter.name('s')
  const aborted = emitter.name('ab')
  const issues = emitter.name('r')
  emitter.write(`const ${outer} = iss; iss = null; let ${aborted} = false;`)
  body({ path: [], aborted, usesInvalid })
  emitter.write(`const ${issues} = iss; iss = ${outer};`)
  return { issues, aborted }
}
