import { join } from 'node:path'
import {
  accessCommands,
  apiKeys,
  app,
  type App,
  command,
  event,
  http,
  local,
  type OpenApp,
  operations,
  sqlite,
} from 'heddle'
import { webSocket } from 'heddle/live'
import { mcp } from 'heddle/mcp'
import { z } from 'zod'
import type { People } from '../principals.ts'

const nothing = { input: z.object({}), output: z.object({}), run: () => ({}) } as const

const entered = event('doors.Entered', { data: z.object({}), access: 'doors:enter' })
const seen = event('doors.Seen', { data: z.object({}), access: 'public' })
const secret = event('doors.Kept', { data: z.object({}) })

const parts = {
  look: command('doors.Look', { ...nothing, kind: 'query', access: 'public' }),
  list: command('doors.List', { ...nothing, kind: 'query', access: 'doors:enter' }),
  count: command('doors.Count', { ...nothing, kind: 'query', access: 'doors:count' }),
  own: command('doors.Own', {
    ...nothing,
    kind: 'query',
    access: ({ principal }) => ({ allowed: principal?.id === 'member', because: 'it is the own door of the member' }),
  }),
  hidden: command('doors.Hidden', { ...nothing, kind: 'query' }),
  enter: command('doors.Enter', {
    ...nothing,
    access: 'doors:enter',
    emits: [entered, seen, secret],
    run({ emit }) {
      for (const each of [entered, seen, secret]) emit(each, {})
      return {}
    },
  }),
  clean: command('doors.Clean', { ...nothing, access: 'doors:clean' }),
  shut: command('doors.Shut', nothing),
}

const declare = (): App => {
  const declared: App = app('doors', {
    parts: [
      parts,
      ...operations(() => declared),
      http({ port: 0, authenticate: apiKeys(), mounts: [webSocket(), mcp()] }),
      local(),
    ],
    database: sqlite(),
    tenancy: 'shared',
  })
  return declared
}

/** Commands with each kind of access, for callers whose rights are records. */
export const doors = { name: 'doors', file: join(import.meta.dirname, 'doors.ts'), declare }

/** Everybody who knocks: without a right, with one, of another tenant, with a key that was revoked, no person at all. */
export const knocking = ['stranger', 'visitor', 'member', 'foreigner', 'former', 'agent'] as const

/** Writes their rights, and gives each a key. */
export async function admit(open: OpenApp): Promise<People> {
  const { createKey, putPrincipal, putRole, revokeKey } = accessCommands
  const tokens = new Map<string, string>()
  for (const [id, kind, roles, tenant] of [
    ['visitor', 'person', [], 'main'],
    ['member', 'person', ['guest'], 'main'],
    ['foreigner', 'person', ['guest'], 'north'],
    ['former', 'person', ['guest'], 'main'],
    ['agent', 'agent', ['guest'], 'main'],
  ] as const) {
    await open.callOrThrow(putRole, { name: 'guest', permissions: ['doors:enter'] }, { tenant })
    await open.callOrThrow(putPrincipal, { id, kind, roles: [...roles] }, { tenant })
    const made = await open.callOrThrow(createKey, { principal: id }, { tenant })
    tokens.set(id, made.key)
    if (id !== 'former') continue
    await open.callOrThrow(revokeKey, { id: made.id }, { tenant })
    await open.callOrThrow(putPrincipal, { id, kind, disabled: true }, { tenant })
  }
  // One of each event is there before anybody asks for them.
  await open.callOrThrow(parts.enter, {})
  const headers = (caller: string): Record<string, string> => {
    const token = tokens.get(caller)
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }
  return { headers, principal: (caller) => (caller === 'stranger' ? null : caller) }
}

export default declare()
