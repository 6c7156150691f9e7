import { app, command, file, fileFrom } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { entity } from '../entity/entity.ts'
import { postgres } from '../postgres/postgres.ts'
import { repository } from '../repository/repository.ts'
import { blob } from './blob-type.ts'
import { Blobs, blobsOf } from './blobs.ts'

const Photo = entity('gallery.Photo', { key: 'id', fields: { id: z.string(), image: blob() } })
const Photos = repository(Photo)
const store = command('gallery.Store', {
  input: z.object({ id: z.string(), image: file() }),
  output: blob(),
  uses: [Photos, Blobs],
  async run({ input: { id, image }, ctx }) {
    const ref = await ctx.use(Blobs).put(image)
    ctx.use(Photos).insert({ id, image: ref })
    return ref
  },
})

test('on PostgreSQL two processes store one content at once, and it comes back whole and in part', async () => {
  const url = await freshDatabase()
  const open = () => app('gallery', { database: postgres(url), parts: [store] }).open({ mode: 'development' })
  const [left, right] = [await open(), await open()]
  const content = Buffer.from(Array.from({ length: 500_000 }, (_, index) => index % 251))
  const put = (gallery: typeof left, id: string, bytes: Buffer) =>
    gallery.callOrThrow(store, { id, image: fileFrom(bytes, { type: 'image/png' }) })
  for (let round = 0; round < 10; round++) {
    const bytes = Buffer.concat([content, Buffer.from([round])])
    const refs = await Promise.all(
      [left, right, left, right].map((gallery, index) => put(gallery, `${round}-${index}`, bytes)),
    )
    expect(new Set(refs.map(({ sha256 }) => sha256)).size).toBe(1)
    expect(Buffer.compare(await (await blobsOf(right).open(refs[0]!)).bytes(), bytes)).toBe(0)
  }
  const ref = await put(left, 'last', content)
  const found = await blobsOf(right).open(ref)
  const part: Uint8Array[] = []
  for await (const chunk of found.stream({ start: 190_000, end: 200_000 })) part.push(chunk)
  expect(Buffer.compare(Buffer.concat(part), content.subarray(190_000, 200_000))).toBe(0)
  expect(await blobsOf(left).collect()).toBe(0)
  const gone = { ...ref, sha256: 'f'.repeat(64) }
  await expect(blobsOf(left).open(gone)).rejects.toMatchObject({ code: 'NotFound' })
  await left.close()
  await right.close()
})
