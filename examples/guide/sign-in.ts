import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import {
  accessCommands,
  apiKeys,
  type App,
  app,
  command,
  type Context,
  entity,
  exposed,
  http,
  operations,
  repository,
  sensitive,
  sqlite,
} from 'heddle'
import { webSocket } from 'heddle/live'
import { z } from 'zod'

const Person = entity('desk.Person', {
  key: 'name',
  fields: { name: z.string(), salt: z.string(), secret: sensitive(z.string()) },
})
/** What somebody is signed in by: a secret that lasts and can only renew, and the key of the next minutes. */
const Session = entity('desk.Session', {
  key: 'id',
  fields: { id: z.string(), person: z.string(), secret: sensitive(z.string()), access: z.string(), endsAt: z.date() },
})
const Note = entity('desk.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const People = repository(Person)
const Sessions = repository(Session)
const Notes = repository(Note)

const { createKey, putPrincipal, putRole, revokeKey } = accessCommands
const hashed = promisify<string, string, number, Buffer>(scrypt)
const hashOf = async (password: string, salt: string) => (await hashed(password, salt, 32)).toString('hex')
const isSame = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other))

export const register = command('desk.Register', {
  input: z.object({ name: z.string(), password: sensitive(z.string().min(12)) }),
  output: z.void(),
  access: 'heddle:operate',
  uses: [People],
  calls: [putPrincipal, putRole],
  async run({ input: { name, password }, call, ctx }) {
    const salt = ctx.newId()
    ctx.use(People).insert({ name, salt, secret: await hashOf(password, salt) })
    await call(putRole, { name: 'clerk', permissions: ['desk:use'] })
    await call(putPrincipal, { id: name, roles: ['clerk'] })
  },
})

/** It says itself that it may leave, and is in no log or history. */
const token = exposed(sensitive(z.string()))
/** A refresh token names its session and proves it. */
const refreshToken = sensitive(z.string().regex(/^[^.]+\.[^.]+$/))
const accessKey = { name: 'access', expires: '5m' }
const monthMs = 30 * 24 * 3_600_000

export const signIn = command('desk.SignIn', {
  summary: 'Sign in with a name and a password',
  input: z.object({ name: z.string(), password: sensitive(z.string()) }),
  output: z.object({ access: token, refresh: token }),
  errors: { WrongPassword: z.object({}) },
  access: 'public',
  uses: [People, Sessions],
  calls: [createKey],
  async run({ input: { name, password }, fail, call, ctx }) {
    const person = await ctx.use(People).get(name)
    // It takes as long for a name that nobody has, so that nobody learns which there are.
    const hash = await hashOf(password, person?.salt ?? 'nobody')
    if (!person || !isSame(person.secret, hash)) return fail.WrongPassword({})
    const { id: access, key } = await call(createKey, { principal: name, ...accessKey })
    const [id, secret] = [ctx.newId(), randomBytes(24).toString('base64url')]
    const endsAt = new Date(ctx.clock.now() + monthMs)
    ctx.use(Sessions).insert({ id, person: name, secret: await hashOf(secret, id), access, endsAt })
    return { access: key, refresh: `${id}.${secret}` }
  },
})

/** The session that a refresh token proves. */
async function sessionOf(refresh: string, ctx: Pick<Context, 'use' | 'clock'>) {
  const [id = '', secret = ''] = refresh.split('.')
  const session = await ctx.use(Sessions).get(id)
  const isGood =
    session && session.endsAt.getTime() > ctx.clock.now() && isSame(session.secret, await hashOf(secret, id))
  return isGood ? session : undefined
}

export const renew = command('desk.Renew', {
  summary: 'Get the key of the next minutes',
  input: z.object({ refresh: refreshToken }),
  output: z.object({ access: token }),
  errors: { SessionOver: z.object({}) },
  access: 'public',
  uses: [Sessions],
  calls: [createKey],
  async run({ input: { refresh }, fail, call, ctx }) {
    const session = await sessionOf(refresh, ctx)
    if (!session) return fail.SessionOver({})
    const { id, key } = await call(createKey, { principal: session.person, ...accessKey })
    ctx.use(Sessions).update(session, { access: id })
    return { access: key }
  },
})

export const signOut = command('desk.SignOut', {
  summary: 'End the session',
  input: z.object({ refresh: refreshToken }),
  output: z.void(),
  idempotent: true,
  access: 'public',
  uses: [Sessions],
  calls: [revokeKey],
  async run({ input: { refresh }, call, ctx }) {
    const session = await sessionOf(refresh, ctx)
    if (!session) return
    await call(revokeKey, { id: session.access })
    ctx.use(Sessions).delete(session)
  },
})

export const writeNote = command('desk.WriteNote', {
  summary: 'Pin a note to the board',
  input: z.object({ text: z.string() }),
  output: z.object({ by: z.string() }),
  access: 'desk:use',
  uses: [Notes],
  run({ input: { text }, ctx }) {
    ctx.use(Notes).insert({ id: ctx.newId(), text })
    return { by: ctx.principal!.id }
  },
})
export const readNotes = command('desk.ReadNotes', {
  kind: 'query',
  summary: 'Read the board',
  input: z.object({}),
  output: z.array(z.string()),
  access: 'desk:use',
  uses: [Notes],
  run: async ({ ctx }) => (await ctx.use(Notes).find()).records.map(({ text }) => text),
})

export const surface = http({ port: 0, authenticate: apiKeys(), mounts: [webSocket()] })

const desk: App = app('desk', {
  parts: [register, signIn, renew, signOut, writeNote, readNotes, ...operations(() => desk), surface],
  database: sqlite(),
})

export default desk
