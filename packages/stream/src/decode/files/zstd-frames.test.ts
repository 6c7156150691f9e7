import { createHash } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ZstdFrames } from './zstd-frames.ts'

/** Bytes that look random and are always the same. */
const noise = (length: number) =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, at) => createHash('sha256').update(String(at)).digest()),
  ).subarray(0, length)

const contents = [
  Buffer.alloc(0),
  Buffer.from('short'),
  Buffer.alloc(400_000, 'a'),
  noise(300_000),
  Buffer.from('text '.repeat(70_000)),
]

test('finds the end of each frame, in pieces of any size, with and without a checksum', () => {
  const skippable = Buffer.concat([Buffer.from([0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), noise(5)])
  const frames = contents.flatMap((content) => [
    zstdCompressSync(content),
    skippable,
    zstdCompressSync(content, {
      params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_contentSizeFlag]: 0 },
    }),
  ])
  const bytes = Buffer.concat(frames)
  for (const size of [1, 7, 1_000, bytes.length]) {
    const walker = new ZstdFrames()
    const lengths: number[] = []
    let length = 0
    for (let at = 0; at < bytes.length;) {
      const passed = walker.pass(bytes.subarray(at, at + size))
      at += passed
      length += passed
      if (!walker.isBetween) continue
      lengths.push(length)
      length = 0
    }
    expect(lengths, `in pieces of ${size}`).toEqual(frames.map((frame) => frame.length))
  }
})

test('refuses what is no frame', () => {
  expect(() => new ZstdFrames().pass(Buffer.from('nothing'))).toThrow('no frame of zstd')
})
