import { app, command, sensitive } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { connect, type ConnectOptions, ways } from '../../../test/mcp-clients.ts'

const commands = {
  book: command('trips.Book', {
    summary: 'Book a trip',
    access: 'public',
    input: z.object({
      to: z.enum(['Oslo', 'Rome']),
      nights: z.int().min(1).max(30).describe('How long'),
      email: z.email(),
      quiet: z.boolean(),
      note: z.string().optional(),
      meal: z.enum(['all', 'none']).default('all'),
    }),
    output: z.object({ booked: z.string() }),
    run: ({ input: { to, nights, quiet } }) => ({ booked: `${to} ${nights} ${quiet}` }),
  }),
  login: command('trips.Login', {
    access: 'public',
    input: z.object({ name: z.string(), password: sensitive(z.string()) }),
    output: z.object({}),
    run: () => ({}),
  }),
  plan: command('trips.Plan', {
    access: 'public',
    input: z.object({ legs: z.array(z.string()) }),
    output: z.object({}),
    run: () => ({}),
  }),
}
const trips = (...parts: Parameters<Parameters<typeof connect>[1]>) => app('trips', { parts: [commands, ...parts] })

type Answer = { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string | number | boolean> }

function asking(answer: Answer) {
  const asked: { message: string; requestedSchema?: unknown }[] = []
  const options: ConnectOptions = {
    client: { capabilities: { elicitation: { form: {} } } },
    prepare: (client) =>
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params)
        return answer
      }),
  }
  return { asked, options }
}

test.each(ways)('%s: fields that are missing are asked for, and the call goes on with them', async (way) => {
  const { asked, options } = asking({ action: 'accept', content: { nights: 3, email: 'a@example.com', quiet: true } })
  const { client, close } = await connect(way, trips, options)
  const booked = await client.callTool({ name: 'trips_Book', arguments: { to: 'Oslo' } })
  expect(booked.structuredContent).toEqual({ booked: 'Oslo 3 true' })
  expect(asked).toMatchObject([
    {
      message: 'Book: Book a trip. It needs nights, email, quiet.',
      requestedSchema: {
        properties: {
          nights: { type: 'integer', description: 'How long', minimum: 1, maximum: 30 },
          email: { type: 'string', format: 'email' },
          quiet: { type: 'boolean' },
          meal: { type: 'string', enum: ['all', 'none'], default: 'all' },
        },
        required: ['nights', 'email', 'quiet'],
      },
    },
  ])
  await close()
})

test.each(ways)('%s: what is filled in is checked like every input, and nothing else is taken from it', async (way) => {
  const content = { nights: 99, email: 'a@example.com', quiet: true, note: 'slipped in', to: 'Rome' }
  const { options } = asking({ action: 'accept', content })
  const { client, close } = await connect(way, trips, options)
  const booked = await client.callTool({ name: 'trips_Book', arguments: { to: 'Oslo' } })
  expect(booked).toMatchObject({ isError: true, structuredContent: { errors: [{ key: 'data/nights:TooBig' }] } })
  await close()
})

test.each(ways)('%s: who declines, and who cannot be asked, is told what is missing', async (way) => {
  const missing = { isError: true, structuredContent: { errors: [{ path: ['nights'] }, { path: ['email'] }, {}] } }
  const given = { name: 'trips_Book', arguments: { to: 'Oslo' } }
  const { asked, options } = asking({ action: 'decline' })
  const declining = await connect(way, trips, options)
  expect(await declining.client.callTool(given)).toMatchObject(missing)
  expect(asked).toHaveLength(1)
  await declining.close()
  const plain = await connect(way, trips)
  expect(await plain.client.callTool(given)).toMatchObject(missing)
  await plain.close()
})

test.each(ways)('%s: secrets, and what no form holds, are never asked for', async (way) => {
  const { asked, options } = asking({ action: 'accept', content: { password: 'x' } })
  const { client, close } = await connect(way, trips, options)
  expect(await client.callTool({ name: 'trips_Login', arguments: { name: 'ada' } })).toMatchObject({ isError: true })
  expect(await client.callTool({ name: 'trips_Plan', arguments: {} })).toMatchObject({ isError: true })
  expect(asked).toEqual([])
  await close()
})
