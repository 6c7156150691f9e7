import {
  app,
  command,
  event,
  type FedChange,
  type FedEvent,
  type Feed,
  memoryLog,
  type OpenApp,
  type Part,
  type Principal,
} from '@heddle/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { changesOf } from '../events/change-events.ts'
import { databaseOf } from '../events/events-of.ts'
import { eventTable } from '../events/event-tables.ts'
import { repository } from '../repository/repository.ts'
import { systemTenant } from '../system/entities.ts'

const Note = entity('feed.Note', {
  key: 'id',
  fields: { id: z.string(), text: z.string() },
  events: { access: ({ principal }, { record }) => record.text !== 'secret' || principal?.id === 'ada' },
})
const Notes = repository(Note)
const Tag = entity('feed.Tag', { key: 'id', fields: { id: z.string() } })
const Tags = repository(Tag)
const Told = event('feed.Told', { data: z.object({ at: z.date(), text: z.string() }), key: ({ text }) => text })
/** The same event in a newer version of the app. */
const NewerTold = event('feed.Told', { data: z.object({}), version: 2, upcast: { 1: () => ({}) } })

const putNote = command('feed.PutNote', {
  input: z.object({ id: z.string(), text: z.string() }),
  output: z.null(),
  access: 'public',
  uses: [Notes],
  async run({ input: { id, text }, ctx }) {
    const notes = ctx.use(Notes)
    const known = await notes.get(id)
    if (known) notes.update(known, { text })
    else notes.insert({ id, text })
    return null
  },
})
const putTag = command('feed.PutTag', {
  input: z.object({ id: z.string() }),
  output: z.null(),
  access: 'public',
  uses: [Tags],
  run({ input, ctx }) {
    ctx.use(Tags).insert(input)
    return null
  },
})
const tell = command('feed.Tell', {
  input: z.object({ texts: z.array(z.string()) }),
  output: z.null(),
  access: 'public',
  emits: [Told],
  run({ input: { texts }, ctx, emit }) {
    for (const text of texts) emit(Told, { at: new Date(ctx.clock.now()), text })
    return null
  },
})
const tellNewer = command('feed.Tell', {
  input: z.object({}),
  output: z.null(),
  emits: [NewerTold],
  run({ emit }) {
    emit(NewerTold, {})
    return null
  },
})
const refuse = command('feed.Refuse', {
  input: z.object({}),
  output: z.null(),
  errors: { Never: z.object({}) },
  uses: [Notes],
  emits: [Told],
  run({ ctx, emit, fail }) {
    ctx.use(Notes).insert({ id: 'never', text: '' })
    emit(Told, { at: new Date(0), text: 'never' })
    return fail.Never({})
  },
})

/** Where the apps of this contract keep their records. */
export interface FeedDatabase {
  /** An empty database. */
  open(): Part | Promise<Part>
  /** Whether a second process may open it. */
  readonly isShared: boolean
}

/** Opens an app whose feed is looked at. */
const openApp = async (database: Part, folder: string, newer = false): Promise<OpenApp & { ports: { feed: Feed } }> => {
  const parts = newer ? [putNote, putTag, tellNewer] : [putNote, putTag, tell, refuse]
  const opened = await app('feed', { parts, database, tenancy: 'shared' }).open({ folder, ports: { log: memoryLog() } })
  expect(opened.ports.feed).toBeDefined()
  return opened as OpenApp & { ports: { feed: Feed } }
}

/** Waits until what is looked at is so, which something that is watched changes. */
async function until(holds: () => boolean | Promise<boolean>, watch: (wake: () => void) => () => void): Promise<void> {
  let wake: () => void = () => undefined
  const stop = watch(() => wake())
  for (;;) {
    const woken = new Promise<void>((resolve) => (wake = resolve))
    if (await holds()) return stop()
    await woken
  }
}

/**
 * The executable contract of core's port `Feed`, as a database provides it. A driver's test calls it once.
 *
 * @example testFeed({ open: () => sqlite(), isShared: false })
 */
export function testFeed({ open, isShared }: FeedDatabase): void {
  async function withApp(run: (one: Awaited<ReturnType<typeof openApp>>, folder: string, part: Part) => Promise<void>) {
    const folder = await mkdtemp(join(tmpdir(), 'heddle-feed-'))
    const part = await open()
    const one = await openApp(part, folder)
    try {
      await run(one, folder, part)
    } finally {
      await one.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
  const of = (tenant: string): { as: Principal } => ({ as: { id: 'ada', tenant, permissions: ['*'] } })
  const caughtUp = ({ ports: { feed } }: { ports: { feed: Feed } }, offset: number) =>
    until(
      async () => (await feed.last()) >= offset,
      (wake) => feed.watchEvents(wake),
    )
  const texts = (events: readonly FedEvent[]) => events.map(({ data }) => (data as { text: string }).text)

  test('events are read in their order, typed, of one tenant and of some names', async () => {
    await withApp(async (one) => {
      const { feed } = one.ports
      expect([await feed.last(), await feed.first()]).toEqual([0, 1])
      await one.callOrThrow(tell, { texts: ['a', 'b'] }, of('one'))
      await one.callOrThrow(putNote, { id: 'n', text: 'x' }, of('one'))
      await one.callOrThrow(tell, { texts: ['c'] }, of('two'))
      await caughtUp(one, 4)
      const { events, upTo } = await feed.read({ after: 0, tenant: 'one', names: ['feed.Told'], limit: 10 })
      expect(texts(events)).toEqual(['a', 'b'])
      expect(events[0]).toMatchObject({ offset: 1, name: 'feed.Told', tenant: 'one', key: 'a', principal: 'ada' })
      expect((events[0]!.data as { at: Date }).at).toBeInstanceOf(Date)
      expect(upTo).toBe(4)
      const rest = await feed.read({ after: 1, limit: 2 })
      expect([rest.events.map(({ name }) => name), rest.upTo]).toEqual([['feed.Told', 'feed.Note.Inserted'], 3])
      expect(await feed.read({ after: 4, limit: 1 })).toEqual({ events: [], upTo: 4 })
    })
  })

  test('what was removed is told by the first offset that is whole', async () => {
    await withApp(async (one) => {
      const { feed } = one.ports
      await one.callOrThrow(tell, { texts: ['a', 'b', 'c'] })
      await caughtUp(one, 3)
      expect(await feed.first()).toBe(1)
      const database = databaseOf(one.ports, 'feed')
      const [first] = await database.find(eventTable, systemTenant, {
        where: undefined,
        order: [{ column: 'offset', descending: false }],
        after: undefined,
        limit: 1,
      })
      const removal = { kind: 'delete' as const, table: eventTable, key: first![1] as number, version: first![0] }
      await database.commit({ tenant: systemTenant, checks: [], writes: [removal] })
      expect(await feed.first()).toBe(2)
      expect(texts((await feed.read({ after: 0, limit: 10 })).events)).toEqual(['b', 'c'])
    })
  })

  test('a commit tells which entities it changed and in which tenant, and one that is undone tells nothing', async () => {
    await withApp(async (one) => {
      const seen: FedChange[] = []
      const stop = one.ports.feed.watchChanges((change) => seen.push(change))
      const changed = () => seen.filter(({ entities }) => entities).map((each) => [each.tenant, ...each.entities!])
      await one.callOrThrow(putNote, { id: 'n', text: 'x' }, of('one'))
      expect((await one.call(refuse, {})).ok).toBe(false)
      await one.callOrThrow(putTag, { id: 't' }, of('two'))
      expect(changed()).toEqual([
        ['one', 'feed.Note', 'heddle.Event'],
        ['two', 'feed.Tag'],
      ])
      stop()
      await one.callOrThrow(putTag, { id: 'u' })
      expect(changed()).toHaveLength(2)
    })
  })

  test('an event that this app cannot read keeps no other one away', async () => {
    await withApp(async (one, folder, part) => {
      await one.callOrThrow(tell, { texts: ['a'] })
      const newer = isShared ? one : undefined
      if (!newer) await one.close()
      const second = await openApp(part, folder, true)
      await second.callOrThrow(tellNewer, {})
      await second.close()
      const third = await openApp(part, folder)
      await third.callOrThrow(tell, { texts: ['b'] })
      await caughtUp(third, 3)
      const { events } = await third.ports.feed.read({ after: 0, limit: 10 })
      expect(events.map(({ unreadable }) => unreadable !== undefined)).toEqual([false, true, false])
      await third.close()
    })
  })

  test('who may see the changes of an entity is said with it, record by record', () => {
    const { Inserted } = changesOf(Note)
    const rule = Inserted.access as (who: unknown, data: unknown) => boolean
    const data = { record: { id: 'n', text: 'secret' } }
    expect(rule({ principal: { id: 'bob' } }, data)).toBe(false)
    expect(rule({ principal: { id: 'ada' } }, data)).toBe(true)
  })

  if (!isShared) return

  test('what another process changes and emits is told here', async () => {
    await withApp(async (one, folder, part) => {
      const other = await openApp(part, folder)
      const seen: FedChange[] = []
      let wake: () => void = () => undefined
      one.ports.feed.watchChanges((change) => {
        seen.push(change)
        wake()
      })
      const has = (entity: string) =>
        seen.some(({ tenant, entities }) => tenant === 'one' && entities !== undefined && entities.has(entity))
      // Until this process is heard to listen, changes may go by; what was missed is said to be maybe anything.
      await until(
        () => seen.some(({ entities }) => entities === undefined),
        (woken) => {
          wake = woken
          return () => undefined
        },
      )
      await other.callOrThrow(putNote, { id: 'n', text: 'x' }, of('one'))
      await other.callOrThrow(putTag, { id: 't' }, of('one'))
      await until(
        () => has('feed.Note') && has('feed.Tag'),
        (woken) => {
          wake = woken
          return () => undefined
        },
      )
      await other.callOrThrow(tell, { texts: ['from afar'] }, of('one'))
      await caughtUp(one, 2)
      expect(texts((await one.ports.feed.read({ after: 1, limit: 10 })).events)).toEqual(['from afar'])
      await other.close()
    })
  })
}
