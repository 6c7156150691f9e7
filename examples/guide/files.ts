import { app, command, file } from '@heddle/core'
import { blob, Blobs, entity, repository, sqlite } from '@heddle/data'
import { z } from 'zod'

/** A record keeps where the content is. As long as the record refers to it, the content stays. */
const Photo = entity('gallery.Photo', {
  key: 'id',
  fields: { id: z.uuid(), title: z.string(), image: blob() },
})
const Photos = repository(Photo)

export const addPhoto = command('gallery.AddPhoto', {
  input: z.object({ title: z.string(), photo: file({ maxBytes: 20_000_000, types: ['image/*'] }) }),
  output: z.object({ id: z.uuid(), sizeBytes: z.int() }),
  access: 'public',
  uses: [Photos, Blobs],
  async run({ input: { title, photo }, ctx }) {
    // The bytes go to the disk as they arrive; equal ones are kept once.
    const image = await ctx.use(Blobs).put(photo)
    const { id } = ctx.use(Photos).insert({ title, image })
    return { id, sizeBytes: image.sizeBytes }
  },
})

export const showPhoto = command('gallery.ShowPhoto', {
  kind: 'query',
  input: z.object({ id: z.uuid() }),
  output: file(),
  access: 'public',
  uses: [Photos, Blobs],
  async run({ input: { id }, ctx }) {
    const { image } = await ctx.use(Photos).getOrThrow(id)
    return ctx.use(Blobs).open(image)
  },
})

export default app('gallery', { database: sqlite(), parts: [addPhoto, showPhoto] })
