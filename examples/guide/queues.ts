import { app, command, error } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { http } from 'heddle'
import { later, queue, Runs, runs, schedule } from '@heddle/workflow'
import { z } from 'zod'

const Letter = entity('mail.Letter', { key: 'id', fields: { id: z.uuid(), to: z.string(), text: z.string() } })
export const Letters = repository(Letter)

/** Five at a time and a hundred a minute, however many processes there are. */
export const mail = queue('mail', { concurrency: 5, rate: { limit: 100, per: '1m' } })

export const sendLetter = command('mail.SendLetter', {
  input: z.object({ to: z.string(), text: z.string() }),
  output: z.object({}),
  errors: { Greylisted: error(z.object({}), { retry: { afterMs: 60_000 } }) },
  access: 'mail:send',
  uses: [Letters],
  run({ input, fail, ctx }) {
    if (input.to.endsWith('@slow.example')) return fail.Greylisted({})
    ctx.use(Letters).insert(input)
    return {}
  },
})

/** Whoever may send a letter may also have it sent later, over every surface: `mail.SendLetterLater`. */
export const sendLetterLater = later(sendLetter, { queue: mail })

/** Signs somebody up, and greets him an hour later. When it fails, there is nobody to greet. */
export const signUp = command('mail.SignUp', {
  input: z.object({ email: z.email() }),
  output: z.object({ run: z.string() }),
  access: 'public',
  uses: [Runs],
  async run({ input: { email }, ctx }) {
    const letter = { to: email, text: 'Welcome' }
    const { run } = await ctx.use(Runs).later(sendLetter, letter, { delay: '1h', queue: mail, key: `welcome/${email}` })
    return { run }
  },
})

/** Every night at half past two on the clocks of Berlin, once for each night. */
export const digest = schedule('mail.Digest', {
  cron: '30 2 * * *',
  timeZone: 'Europe/Berlin',
  run: sendLetter,
  input: (planned) => ({ to: 'all@example.com', text: `Digest of ${planned.toISOString().slice(0, 10)}` }),
})

/** Who calls from outside. */
const people = new Map([['Bearer ann', { id: 'ann', permissions: ['mail:send'] }]])
const surface = http({ authenticate: (request) => people.get(request.header('authorization') ?? '') })

export default app('mail', {
  database: sqlite(),
  parts: [sendLetter, sendLetterLater, signUp, digest, mail, runs(), surface],
})
