import { app, command, planWorkflow, sqlite } from 'heddle'
import { z } from 'zod'

const holdTable = command('dinner.HoldTable', {
  input: z.object({ guest: z.string(), seats: z.int() }),
  output: z.object({ table: z.int() }),
  run: ({ input }) => ({ table: input.seats }),
})

const freeTable = command('dinner.FreeTable', {
  input: z.object({ table: z.int() }),
  output: z.object({}),
  run: () => ({}),
})

interface Wish {
  readonly guest: string
  readonly seats: number
}

export const bookTable = planWorkflow<Wish>(new URL('./book-table.yaml', import.meta.url), {
  commands: [holdTable, freeTable],
})

export default app('dinner', { parts: [bookTable], database: sqlite() })
