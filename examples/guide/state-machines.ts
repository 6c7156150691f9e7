import { app, command, entity, repository, sqlite } from 'heddle'
import { nothing, stateMachine } from 'heddle/workflow'
import { z } from 'zod'

const Payment = entity('lending.Payment', { key: 'book', fields: { book: z.string(), cents: z.int() } })
const Payments = repository(Payment)

const charge = command('lending.ChargeReader', {
  summary: 'Charge a reader for a book',
  input: z.object({ book: z.string(), cents: z.int() }),
  output: z.object({ cents: z.int() }),
  uses: [Payments],
  run({ input, ctx }) {
    ctx.use(Payments).insert(input)
    return { cents: input.cents }
  },
})

export const loan = stateMachine('lending.Loan', {
  summary: 'A book that a reader borrows',
  access: 'lending:lend',
  input: z.object({ book: z.string() }),
  data: z.object({ readers: z.array(z.string()), paid: z.int() }),
  begin: () => ({ readers: [], paid: 0 }),
  events: { borrow: z.object({ reader: z.string() }), giveBack: nothing, lose: nothing },
  steps: [charge],
  initial: 'shelved',
  states: {
    shelved: {
      on: { borrow: { to: 'lent', run: async ({ data, event }) => ({ readers: [...data.readers, event.reader] }) } },
    },
    lent: { on: { giveBack: 'shelved', lose: 'lost' }, after: { time: '30d', to: 'overdue' } },
    overdue: { on: { giveBack: 'shelved', lose: 'lost' } },
    lost: {
      final: true,
      async enter({ input, data, step }) {
        const { cents } = await step('charge', charge, { book: input.book, cents: 2500 })
        return { paid: data.paid + cents }
      },
    },
  },
})

export default app('lending', { parts: [loan, Payment], database: sqlite() })
