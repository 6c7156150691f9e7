import { z } from 'zod'
import { type CompiledSchema, compileSchema, type CompileOptions, type Issues } from './compile/index.ts'
import { hasAsync } from './has-async.ts'
import type { Schema } from './schema.ts'

/** A type made ready to check values. It answers at once, unless something in the type is asynchronous. */
export class Check {
  /** Whether `run` answers with a promise. Read it after `run`: that may be where it is found out. */
  asynchronous: boolean
  readonly #compiled: CompiledSchema<unknown>

  constructor(schema: Schema, options?: CompileOptions) {
    this.#compiled = compileSchema(schema as never, options)
    this.asynchronous = hasAsync(schema)
  }

  /** The checked value or what is wrong with it. */
  run(value: unknown): unknown {
    if (this.asynchronous) return this.runAsync(value)
    try {
      return this.#compiled.run(value)
    } catch (thrown) {
      if (!(thrown instanceof z.core.$ZodAsyncError)) throw thrown
      this.asynchronous = true
      return this.runAsync(value)
    }
  }

  runAsync(value: unknown): Promise<unknown | Issues> {
    return this.#compiled.runAsync(value)
  }
}
