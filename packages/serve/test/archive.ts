import { createHash } from 'node:crypto'
import { app, command, file, fileFrom, StreamedFile, stream } from '@heddle/core'
import { z } from 'zod'
import { http } from '../src/index.ts'

const large = 400_000_000
const Told = z.object({
  name: z.string().optional(),
  type: z.string(),
  bytes: z.int(),
  sha256: z.string(),
})

async function read(paper: StreamedFile): Promise<z.output<typeof Told>> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of paper.stream()) {
    hash.update(chunk)
    bytes += chunk.byteLength
  }
  const { name, type } = paper
  return { ...(name !== undefined && { name }), type, bytes, sha256: hash.digest('hex') }
}

/** So many bytes, made as they are read. */
export async function* zeros(bytes: number, onChunk: (size: number) => void = () => undefined) {
  const chunk = new Uint8Array(65_536)
  for (let left = bytes; left > 0; left -= chunk.byteLength) {
    onChunk(Math.min(left, chunk.byteLength))
    yield left < chunk.byteLength ? chunk.subarray(0, left) : chunk
  }
}

/** What a test lets happen in the other app. */
export const gate: { seen: number; open: Promise<void> } = { seen: 0, open: Promise.resolve() }

const kinds = {
  title: z.string(),
  tags: z.set(z.string()),
  either: z.union([z.int(), z.string()]),
  note: z.string().nullable(),
  due: z.date().optional(),
}

export const store = command('archive.Store', {
  input: z.object({ ...kinds, paper: file({ maxBytes: large, types: ['image/*', 'text/plain', 'application/json'] }) }),
  output: z.object({ ...kinds, told: Told }),
  errors: { Full: z.object({}) },
  access: 'public',
  async run({ input: { paper, ...rest }, fail }) {
    if (rest.title === 'full') return fail.Full({})
    return { ...rest, told: await read(paper) }
  },
})
export const put = command('archive.Put', {
  input: file({ maxBytes: large }),
  output: Told,
  access: 'public',
  async run({ input }) {
    gate.seen++
    await gate.open
    return read(input)
  },
})
export const putOwn = command('archive.PutOwn', {
  input: file(),
  output: Told,
  access: 'archive:put',
  run: ({ input }) => read(input),
})
export const bind = command('archive.Bind', {
  input: z.object({
    cover: z.object({ front: file(), back: file().optional() }),
    pages: z.array(file()),
    marks: z.record(z.string(), file()),
  }),
  output: z.array(Told),
  access: 'public',
  async run({ input: { cover, pages, marks } }) {
    const all = [cover.front, cover.back, ...pages, ...Object.values(marks)]
    return Promise.all(all.filter((each) => each !== undefined).map(read))
  },
})
export const lines = command('archive.Lines', {
  input: z.object({ paper: file() }),
  output: stream(z.string(), z.object({ lines: z.int() })),
  access: 'public',
  async *run({ input: { paper } }) {
    const all = (await paper.text()).split('\n')
    yield* all
    return { lines: all.length }
  },
})
export const fetchPaper = command('archive.Fetch', {
  kind: 'query',
  input: z.object({
    bytes: z.int().default(10),
    type: z.string().default('text/plain'),
    once: z.boolean().default(false),
  }),
  output: file({ maxBytes: large }),
  errors: { Gone: z.object({}) },
  access: 'public',
  run({ input: { bytes, type, once }, fail }) {
    if (bytes === 0) return fail.Gone({})
    if (once) return new StreamedFile(() => zeros(bytes), { type, name: 'Nullen ∅.bin' })
    return fileFrom(new Uint8Array(bytes), { type, name: 'zeros "1".bin', sha256: 'ab'.repeat(32) })
  },
})
export const album = command('archive.Album', {
  kind: 'query',
  input: z.object({}),
  output: z.object({ cover: file().optional(), pages: z.array(file()) }),
  access: 'public',
  run: () => ({ cover: fileFrom(Buffer.from('front'), { type: 'text/plain' }), pages: [fileFrom(Buffer.from('1'))] }),
})
export const memory = command('archive.Memory', {
  kind: 'query',
  input: z.object({}),
  output: z.int(),
  access: 'public',
  // The most that it ever was.
  run: () => process.resourceUsage().maxRSS * 1024,
})

/** An app that takes and gives files. */
export const archive = () => {
  const surface = http({
    port: 0,
    authenticate: (request) =>
      request.header('authorization') === 'Bearer new' ? { id: 'shop', permissions: ['archive:*'] } : undefined,
  })
  const declared = app('archive', {
    parts: [store, put, putOwn, bind, lines, fetchPaper, album, memory, surface],
  })
  return { declared, surface }
}
