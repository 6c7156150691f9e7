import type { z } from 'zod'
import { mayGenerateCode } from './code-generation.ts'
import { type Generated, generate, interpret } from './generate.ts'
import { Issues } from './issues.ts'
import { internals, type Schema } from './nodes.ts'
import { strictTwin } from './strict/strict-twin.ts'

/** A type made ready to check many values. */
export interface CompiledSchema<Output> {
  /**
   * Checks and returns the value, or an `Issues` instance: a wrapper object would cost as much as the check.
   *
   * @throws z.core.$ZodAsyncError when something in the type is asynchronous.
   */
  run(input: unknown): Output | Issues
  /** For types with asynchronous refinements or transforms. */
  runAsync(input: unknown): Promise<Output | Issues>
  readonly coverage: Coverage
}

/** How much of a type is compiled: nodes compiled, nodes in all, and what is left to Zod. */
export interface Coverage {
  readonly compiled: number
  readonly total: number
  readonly fallbacks: readonly { readonly path: string; readonly kind: string }[]
}

/** How `compileSchema` reads a schema. */
export interface CompileOptions {
  /**
   * `strict`: every `z.object` without a catchall of its own refuses unknown keys as `z.strictObject` does. `zod`: as declared.
   *
   * @default 'zod'
   */
  unknownKeys?: 'zod' | 'strict'
}

const caches = {
  zod: new WeakMap<Schema, CompiledSchema<unknown>>(),
  strict: new WeakMap<Schema, CompiledSchema<unknown>>(),
}

/**
 * Prepares a Zod type for checking many values. Verdict, value and issues are Zod's; hot types are checked by generated
 * code, and where code must not be generated Zod runs whole. The work is done at the first use and kept per type.
 *
 * @example
 * const order = compileSchema(z.object({ id: z.uuid(), qty: z.int().positive() }))
 * const checked = order.run({ id: 'x', qty: 0 })
 * if (checked instanceof Issues) console.log(checked.message(0)) // 'Invalid UUID'
 */
export function compileSchema<S extends z.core.$ZodType>(
  schema: S,
  { unknownKeys = 'zod' }: CompileOptions = {},
): CompiledSchema<z.core.output<S>> {
  const cache = caches[unknownKeys]
  let compiled = cache.get(schema)
  if (!compiled) {
    compiled = new LazySchema(schema, unknownKeys)
    cache.set(schema, compiled)
  }
  return compiled as CompiledSchema<z.core.output<S>>
}

/** Compiles at the first use, and then is one property that holds the generated function. */
class LazySchema implements CompiledSchema<unknown> {
  run: (input: unknown) => unknown
  readonly #declared: Schema
  readonly #unknownKeys: 'zod' | 'strict'
  #generated: Generated | undefined
  #schema: Schema | undefined

  constructor(declared: Schema, unknownKeys: 'zod' | 'strict') {
    this.#declared = declared
    this.#unknownKeys = unknownKeys
    this.run = (input) => {
      this.run = this.#compile().run
      return this.run(input)
    }
  }

  async runAsync(input: unknown): Promise<unknown> {
    const { callsOut, run } = this.#compile()
    if (!callsOut) return run(input)
    const { value, issues } = await internals(this.#schema!).run({ value: input, issues: [] }, { async: true })
    return issues.length === 0 ? value : new Issues(issues)
  }

  get coverage(): Coverage {
    const { compiled, total, fallbacks } = this.#compile()
    return { compiled, total, fallbacks }
  }

  #compile(): Generated {
    if (this.#generated) return this.#generated
    this.#schema = this.#unknownKeys === 'strict' ? strictTwin(this.#declared) : this.#declared
    return (this.#generated = mayGenerateCode() ? generate(this.#schema) : interpret(this.#schema))
  }
}
