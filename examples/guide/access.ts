import { apiKeys, app, command, entity, fromCaller, http, ref, repository, sqlite } from 'heddle'
import { z } from 'zod'

const Visit = entity('clinic.Visit', {
  key: 'id',
  fields: { id: z.string(), nurse: z.string(), notes: z.string().default('') },
})
const Visits = repository(Visit)

/** A permission: whoever holds `clinic:plan` may plan visits, over every surface. */
export const planVisit = command('clinic.PlanVisit', {
  input: z.object({ id: z.string(), nurse: z.string() }),
  output: z.object({ id: z.string() }),
  access: 'clinic:plan',
  uses: [Visits],
  run: ({ input, ctx }) => ctx.use(Visits).insert(input),
})

/** A rule: it sees the caller and the record, and its reason is told to who is refused. */
export const readNotes = command('clinic.ReadNotes', {
  kind: 'query',
  input: z.object({ visit: ref(Visit) }),
  output: z.object({ notes: z.string() }),
  access: ({ principal }, { visit }: { visit: { nurse: string } }) => ({
    allowed: principal?.id === visit.nurse,
    because: 'only the nurse of a visit reads its notes',
  }),
  run: ({ input }) => ({ notes: input.visit.notes }),
})

/** A field that is filled in from the caller: nobody can send it. */
export const addNote = command('clinic.AddNote', {
  input: z.object({
    visit: ref(Visit),
    text: z.string().min(1),
    by: fromCaller(z.string(), ({ principal }) => principal?.id),
  }),
  output: z.object({ notes: z.string() }),
  access: 'clinic:plan',
  uses: [Visits],
  run: ({ input: { visit, text, by }, ctx }) =>
    ctx.use(Visits).update(visit, { notes: `${visit.notes}${by}: ${text}\n` }),
})

export default app('clinic', {
  parts: [
    planVisit,
    readNotes,
    addNote,
    http({
      port: 0,
      authenticate: apiKeys(),
      rateLimits: [
        { name: 'strangers', limit: 20, per: '1m', by: 'address' },
        { name: 'calls', limit: 600, per: '1m', by: 'principal' },
      ],
    }),
  ],
  database: sqlite(),
  tenancy: 'shared',
})
