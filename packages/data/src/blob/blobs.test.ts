import { app, command, file, fileFrom, StreamedFile } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { blobGraceMs } from './blob-store.ts'
import { blob } from './blob-type.ts'
import { Blobs, blobsOf } from './blobs.ts'

const Photo = entity('gallery.Photo', {
  key: 'id',
  fields: { id: z.string(), image: blob(), others: z.array(blob()).default([]), thumb: blob().optional() },
})
const Photos = repository(Photo)
const storePhoto = command('gallery.StorePhoto', {
  input: z.object({ id: z.string(), image: file({ maxBytes: 1_000_000 }), fails: z.boolean().default(false) }),
  output: blob(),
  errors: { Refused: z.object({}) },
  uses: [Photos, Blobs],
  async run({ input: { id, image, fails }, fail, ctx }) {
    const stored = await ctx.use(Blobs).put(image)
    ctx.use(Photos).insert({ id, image: stored })
    return fails ? fail.Refused({}) : stored
  },
})
const change = command('gallery.Change', {
  input: z.object({
    id: z.string(),
    image: blob().optional(),
    others: z.array(blob()).optional(),
    gone: z.boolean().optional(),
  }),
  output: z.object({}),
  uses: [Photos],
  async run({ input: { id, gone, ...patch }, ctx }) {
    const photo = await ctx.use(Photos).getOrThrow(id)
    if (gone) ctx.use(Photos).delete(photo)
    else ctx.use(Photos).update(photo, patch)
    return {}
  },
})
const showPhoto = command('gallery.ShowPhoto', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: file(),
  uses: [Photos, Blobs],
  run: async ({ input, ctx }) => ctx.use(Blobs).open((await ctx.use(Photos).getOrThrow(input.id)).image),
})

const parts = [storePhoto, change, showPhoto]
const bytes = (size: number, fill: number) => Buffer.alloc(size, fill)
const text = (content: string) => fileFrom(Buffer.from(content), { name: 'a.txt', type: 'text/plain' })

describe.each([
  ['in files', sqlite()],
  ['in rows', sqlite().simulated!()],
])('blobs %s', (where, database) => {
  const time = createVirtualTime()
  let folder: string
  let gallery: Awaited<ReturnType<ReturnType<typeof app>['open']>>
  const open = async () =>
    (gallery = await app('gallery', { database, parts }).open({
      folder,
      ports: { clock: time.clock, timers: time.timers },
    }))
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heddle-blobs-'))
    await open()
  })
  afterEach(async () => {
    await gallery.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const collectLater = async () => {
    await time.advance(blobGraceMs + 1)
    return blobsOf(gallery).collect()
  }
  const store = async (id: string, image: StreamedFile) => gallery.callOrThrow(storePhoto, { id, image })
  const read = async (id: string) => (await gallery.callOrThrow(showPhoto, { id })).bytes()

  test('a content comes back as it went in, whole and in part, whatever its size', async () => {
    for (const size of [0, 1, 196_607, 196_608, 196_609, 700_001]) {
      const content = bytes(size, 7).map((_, index) => index % 251)
      const ref = await store(`${size}`, fileFrom(content, { type: 'image/png', name: 'cat.png' }))
      expect(ref).toMatchObject({ sizeBytes: size, type: 'image/png', name: 'cat.png' })
      const found = await gallery.callOrThrow(showPhoto, { id: `${size}` })
      expect(found).toMatchObject({ sizeBytes: size, type: 'image/png', name: 'cat.png', sha256: ref.sha256 })
      expect(Buffer.compare(await found.bytes(), content)).toBe(0)
      const range = { start: Math.floor(size / 3), end: Math.floor((size * 2) / 3) }
      const part: Uint8Array[] = []
      for await (const chunk of found.stream(range)) part.push(chunk)
      expect(Buffer.compare(Buffer.concat(part), content.subarray(range.start, range.end))).toBe(0)
    }
  })

  test('equal contents are stored once, and stay for as long as one record refers to them', async () => {
    const first = await store('a', text('same'))
    const second = await store('b', text('same'))
    expect(second.sha256).toBe(first.sha256)
    await gallery.callOrThrow(change, { id: 'a', gone: true })
    expect(await collectLater()).toBe(0)
    expect(Buffer.from(await read('b')).toString()).toBe('same')
    await gallery.callOrThrow(change, { id: 'b', gone: true })
    expect(await collectLater()).toBe(1)
    await expect(blobsOf(gallery).open(first)).rejects.toMatchObject({ code: 'NotFound' })
    if (where === 'in files') {
      const left = readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
      expect(left.filter((entry) => entry.isFile())).toEqual([])
    }
  })

  test('a content that replaces another one lets that one go, also in a list of them', async () => {
    const first = await store('a', text('first'))
    const [second, third] = [await store('b', text('second')), await store('c', text('third'))]
    await gallery.callOrThrow(change, { id: 'a', image: second, others: [third, third] })
    await gallery.callOrThrow(change, { id: 'b', gone: true })
    await gallery.callOrThrow(change, { id: 'c', gone: true })
    expect(await collectLater()).toBe(1)
    await expect(blobsOf(gallery).open(first)).rejects.toMatchObject({ code: 'NotFound' })
    await gallery.callOrThrow(change, { id: 'a', others: [third] })
    expect(await collectLater()).toBe(0)
    await gallery.callOrThrow(change, { id: 'a', others: [] })
    expect(await collectLater()).toBe(1)
    expect(Buffer.from(await read('a')).toString()).toBe('second')
  })

  test('a content whose command failed goes after a while, and comes again', async () => {
    const refused = await gallery.call(storePhoto, { id: 'a', image: text('lost'), fails: true })
    expect(refused).toMatchObject({ errors: [{ code: 'Refused' }] })
    expect(await blobsOf(gallery).collect()).toBe(0)
    expect(await collectLater()).toBe(1)
    await store('a', text('lost'))
    expect(Buffer.from(await read('a')).toString()).toBe('lost')
  })

  test('a record cannot refer to a content that is not there', async () => {
    await store('a', text('there'))
    const image = { sha256: 'f'.repeat(64), sizeBytes: 1, type: 'text/plain' }
    expect(await gallery.call(change, { id: 'a', image })).toMatchObject({
      errors: [{ code: 'NotFound', data: { entity: 'blob', key: image.sha256 } }],
    })
  })

  test('many who refer to one content at once are all counted', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => store(`${index}`, text('hot'))))
    for (let index = 0; index < 19; index++) await gallery.callOrThrow(change, { id: `${index}`, gone: true })
    expect(await collectLater()).toBe(0)
    await gallery.callOrThrow(change, { id: '19', gone: true })
    expect(await collectLater()).toBe(1)
  })

  test('a tenant does not see the content of another one', async () => {
    const ref = await store('a', text('mine'))
    await expect(blobsOf(gallery, 'other').open(ref)).rejects.toMatchObject({ code: 'NotFound' })
  })

  test('a stream that breaks off or grows too large leaves nothing', async () => {
    const breaking = new StreamedFile(async function* () {
      yield bytes(300_000, 1)
      throw new Error('the line is cut')
    })
    const endless = new StreamedFile(async function* () {
      for (;;) yield bytes(300_000, 1)
    })
    await expect(blobsOf(gallery).put(breaking)).rejects.toThrow('the line is cut')
    expect(await gallery.call(storePhoto, { id: 'a', image: endless })).toMatchObject({
      errors: [{ code: 'TooLarge' }],
    })
    const incoming = join(folder, 'blobs/incoming')
    expect(existsSync(incoming) ? readdirSync(incoming) : []).toEqual([])
    expect(await collectLater()).toBe(0)
  })
})
