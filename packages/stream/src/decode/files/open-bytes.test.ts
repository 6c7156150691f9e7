import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBytes } from './open-bytes.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'heddle-bytes-'))))
afterAll(() => rm(folder, { recursive: true }))

const text = Buffer.from(
  Array.from({ length: 60_000 }, (_, at) => `{"line":${at},"random":${Math.imul(at, 48_271)}}\n`).join(''),
)

async function all(path: string, from?: number): Promise<Buffer> {
  const bytes = await openBytes(path, from)
  const chunks: Uint8Array[] = []
  try {
    for (let chunk = await bytes.read(); chunk !== undefined; chunk = await bytes.read()) chunks.push(chunk)
  } finally {
    await bytes.close()
  }
  return Buffer.concat(chunks)
}

const packed = {
  none: (bytes: Buffer) => bytes,
  gzip: (bytes: Buffer) => gzipSync(bytes),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
}

test.each(Object.entries(packed))(
  'reads a file whose packing is %s, from any place, whatever it is called',
  async (name, pack) => {
    const path = join(folder, `${name}.bin`)
    await writeFile(path, pack(text))
    expect((await all(path)).equals(text)).toBe(true)
    for (const from of [1, 300_000, text.length - 1, text.length]) {
      expect((await all(path, from)).equals(text.subarray(from)), `from ${from}`).toBe(true)
    }
  },
)

test.each(['gzip', 'zstd'] as const)(
  'reads %s that was appended to, which is several of them in a row',
  async (name) => {
    const path = join(folder, `${name}-twice`)
    await writeFile(path, Buffer.concat([packed[name](text), packed[name](text)]))
    expect((await all(path)).equals(Buffer.concat([text, text]))).toBe(true)
  },
)

test.each(['gzip', 'zstd'] as const)('tells that a file of %s ends too early, or is damaged', async (name) => {
  const path = join(folder, `${name}-broken`)
  const whole = packed[name](text)
  await writeFile(path, whole.subarray(0, whole.length - 20))
  await expect(all(path)).rejects.toMatchObject({ code: 'MalformedInput', data: { format: name } })
  // Without a checksum, zstd may unpack other bytes than were packed, and nobody can tell.
  const damaged = name === 'gzip' ? whole : zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  damaged.fill(0xff, 5_000, 5_100)
  await writeFile(path, damaged)
  await expect(all(path)).rejects.toMatchObject({ code: 'MalformedInput' })
})

test('an empty file has no bytes, and a missing one is named', async () => {
  await writeFile(join(folder, 'empty'), '')
  expect(await all(join(folder, 'empty'))).toHaveLength(0)
  await expect(openBytes(join(folder, 'missing'))).rejects.toMatchObject({ code: 'Unavailable' })
})

test.each(Object.entries(packed))('can be closed before its end, with the packing %s', async (name, pack) => {
  const path = join(folder, `${name}-left`)
  await writeFile(path, pack(Buffer.concat([text, text])))
  const bytes = await openBytes(path)
  expect((await bytes.read())!.length).toBeGreaterThan(0)
  await bytes.close()
})
