import { z } from 'zod'
import { type CompiledSchema, Issues } from '../index.ts'
import { mayPend } from '../pending.ts'

/** What came of a check. */
export type Answer = { value: unknown } | { issues: unknown } | { thrown: string }

/** What Zod says. */
export function byZod(schema: z.ZodType, value: unknown): Answer {
  return attempt(() => {
    // Zod's generated code takes a promise for a result, and the interpreter answers the same otherwise.
    const { success, data, error } = schema.safeParse(value, { jitless: mayPend(schema) })
    return success ? { value: data } : { issues: error.issues }
  })
}

/** What the compiled check says. */
export function byCompiled(compiled: CompiledSchema<unknown>, value: unknown): Answer {
  return attempt(() => {
    const answer = compiled.run(value)
    return answer instanceof Issues ? { issues: answer.issues } : { value: answer }
  })
}

function attempt(run: () => Answer): Answer {
  try {
    return run()
  } catch (error) {
    return { thrown: error instanceof z.core.$ZodAsyncError ? 'asynchronous' : String(error) }
  }
}
