import type { Json } from '@heddle/core'
import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { sourceHost } from '../../testing/source-host.ts'
import { folderSourceKind } from '../folder.ts'
import type { OpenSource, PartitionReader } from '../source.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A job that reads a folder, as far as its sources see it. */
class Reading {
  readonly #path: string
  readonly #given: object
  got: number[] = []
  positions: Record<string, Json> = {}
  ended = new Set<string>()
  #saved = { got: this.got, positions: this.positions, ended: this.ended }
  #open: OpenSource | undefined
  readonly readers = new Map<string, PartitionReader>()
  #pumps: Promise<void>[] = []

  constructor(path: string, given: object) {
    this.#path = path
    this.#given = given
    closing.push(() => this.close())
  }

  async look(): Promise<void> {
    if (!this.#open) {
      const source = folderSourceKind.create({ path: this.#path, format: 'ndjson', follow: true, ...this.#given })
      this.#open = await source.open(sourceHost())
      await this.#open.resume?.(this.positions)
    }
    for (const partition of await this.#open.partitions()) {
      if (this.readers.has(partition)) continue
      const reader = await this.#open.openPartition(partition, this.positions[partition])
      this.readers.set(partition, reader)
      if (!this.ended.has(partition)) this.#pumps.push(this.#pump(partition, reader))
    }
  }

  async #pump(partition: string, reader: PartitionReader): Promise<void> {
    for (let batch = await reader.read(2); batch; batch = await reader.read(2)) {
      this.got.push(...(batch.values as { n: number }[]).map(({ n }) => n))
      this.positions[partition] = JSON.parse(JSON.stringify(batch.position)) as Json
    }
    if (!('follow' in this.#given)) return
    this.ended.add(partition)
  }

  async checkpoint(): Promise<void> {
    this.#saved = { got: [...this.got], positions: { ...this.positions }, ended: new Set(this.ended) }
    for (const [partition, position] of Object.entries(this.#saved.positions)) {
      await this.readers.get(partition)?.committed?.(position)
    }
  }

  async close(): Promise<void> {
    for (const reader of this.readers.values()) await reader.close()
    this.readers.clear()
    await Promise.all(this.#pumps.splice(0))
    await this.#open?.close()
    this.#open = undefined
  }

  /** Goes back to the last checkpoint. */
  async crash(): Promise<void> {
    await this.close()
    const { got, positions, ended } = this.#saved
    this.got = [...got]
    this.positions = { ...positions }
    this.ended = new Set(ended)
  }

  /** Looks, with checkpoints, until so many records came. */
  async reads(count: number): Promise<readonly number[]> {
    await vi.waitFor(
      async () => {
        await this.look()
        await this.checkpoint()
        expect(this.got.length).toBeGreaterThanOrEqual(count)
      },
      { timeout: 10_000, interval: 5 },
    )
    return this.got.toSorted((left, right) => left - right)
  }
}

async function prepared(given: object = {}) {
  const path = await mkdtemp(join(tmpdir(), 'heddle-owners-'))
  closing.push(() => rm(path, { recursive: true }))
  const at = (name: string) => join(path, name)
  const add = (name: string, ...list: number[]) => appendFile(at(name), list.map((n) => `{"n":${n}}\n`).join(''))
  const move = (from: string, to: string) => rename(at(from), at(to))
  return { path, at, add, move, job: new Reading(path, given) }
}

test('reads a file once that is renamed while another one takes its place', async () => {
  const { add, move, job } = await prepared()
  await add('app.log', 1, 2)
  await job.reads(2)
  await move('app.log', 'app.log.1')
  await add('app.log', 3)
  await job.reads(3)
  await add('app.log', 4)
  expect(await job.reads(4)).toEqual([1, 2, 3, 4])
  expect([...job.readers.keys()]).toEqual(['app.log'])
})

test('reads once what is added to a file after it was renamed, and after its reader went on', async () => {
  const { add, move, job } = await prepared({ match: '*.ndjson' })
  await add('b.ndjson', 1, 3)
  await job.reads(2)
  await move('b.ndjson', 'b2.ndjson')
  await add('b.ndjson', 6)
  await job.reads(3)
  await add('b2.ndjson', 7)
  expect(await job.reads(4)).toEqual([1, 3, 6, 7])
  expect([...job.readers.keys()]).toEqual(['b.ndjson', 'b.ndjson/rotated-1'])
  await job.crash()
  await add('b2.ndjson', 8)
  await add('b.ndjson', 9)
  expect(await job.reads(6)).toEqual([1, 3, 6, 7, 8, 9])
})

test('what was added to a passed file is left to it until a checkpoint holds a place in the next one', async () => {
  const { add, move, job } = await prepared()
  await add('app.log', 1)
  await job.reads(1)
  await move('app.log', 'app.log.1')
  await add('app.log', 3)
  await vi.waitFor(() => expect(job.got).toEqual([1, 3]), { timeout: 10_000 })
  await add('app.log.1', 2)
  await job.look()
  expect([...job.readers.keys()]).toEqual(['app.log'])
  await job.crash()
  expect(await job.reads(3)).toEqual([1, 2, 3])
  expect([...job.readers.keys()]).toEqual(['app.log'])
})

test('goes on after a restart where files were renamed meanwhile, also more than once', async () => {
  const { add, move, job } = await prepared()
  await add('app.log', 1, 2)
  await job.reads(2)
  await job.close()
  await add('app.log', 3)
  await move('app.log', 'app.log.1')
  await add('app.log', 4)
  expect(await job.reads(4)).toEqual([1, 2, 3, 4])
  await job.close()
  await move('app.log.1', 'app.log.2')
  await move('app.log', 'app.log.1')
  await add('app.log', 5)
  expect(await job.reads(5)).toEqual([1, 2, 3, 4, 5])
  await job.close()
  // Two at once, so that one of them was never seen under its first name.
  await move('app.log.2', 'app.log.4')
  await move('app.log.1', 'app.log.3')
  await move('app.log', 'app.log.2')
  await add('app.log.1', 6)
  await add('app.log', 7)
  expect(await job.reads(7)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('reads rotated files once that were there from the start, whose names go to others', async () => {
  const { add, move, job } = await prepared()
  await add('app.log.2', 1)
  await add('app.log.1', 2)
  await add('app.log', 3)
  await job.reads(3)
  for (const [round, next] of [4, 5, 6].entries()) {
    await move('app.log.2', `app.log.${round + 3}`)
    await move('app.log.1', 'app.log.2')
    await move('app.log', 'app.log.1')
    await add('app.log', next)
    await job.reads(next)
  }
  await add('app.log.1', 7)
  await add('app.log.2', 8)
  expect(await job.reads(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('follows a file under its new name while no other one takes its place', async () => {
  const { add, move, job } = await prepared()
  await add('b.ndjson', 1)
  await job.reads(1)
  await move('b.ndjson', 'old-b.ndjson')
  await add('old-b.ndjson', 2)
  expect(await job.reads(2)).toEqual([1, 2])
  await job.close()
  await add('old-b.ndjson', 3)
  expect(await job.reads(3)).toEqual([1, 2, 3])
  await add('old-b.ndjson', 4)
  await job.reads(4)
  await add('b.ndjson', 5)
  expect(await job.reads(5)).toEqual([1, 2, 3, 4, 5])
  expect([...job.readers.keys()]).toEqual(['b.ndjson'])
})

test('reads a file of its own that has the inode of one that was read, as it begins otherwise', async () => {
  const { add, at, move, job } = await prepared()
  await add('app.log', 1)
  await job.reads(1)
  await move('app.log', 'app.log.1')
  await add('app.log', 2)
  await job.reads(2)
  await writeFile(at('app.log.1'), '{"n":3}\n')
  expect(await job.reads(3)).toEqual([1, 2, 3])
  await job.close()
  await writeFile(at('other.log'), '')
  await add('other.log', 4)
  expect(await job.reads(4)).toEqual([1, 2, 3, 4])
})

test('a file that is renamed before something is in it is read once', async () => {
  const { add, at, move, job } = await prepared()
  await writeFile(at('app.log'), '')
  await job.look()
  await move('app.log', 'app.log.1')
  await add('app.log', 1)
  await job.reads(1)
  await add('app.log.1', 2)
  expect(await job.reads(2)).toEqual([1, 2])
  await job.crash()
  await add('app.log', 3)
  expect(await job.reads(3)).toEqual([1, 2, 3])
})

test('where two partitions of before are at the same file, one of them reads on', async () => {
  const { add, at, move, job } = await prepared()
  await add('app.log', 1, 2)
  await job.reads(2)
  await job.close()
  await move('app.log', 'app.log.1')
  await add('app.log.1', 3)
  await add('app.log', 4)
  job.positions['app.log.1'] = job.positions['app.log']!
  expect(await job.reads(4)).toEqual([1, 2, 3, 4])
  await job.crash()
  await appendFile(at('app.log'), '{"n":5}\n')
  expect(await job.reads(5)).toEqual([1, 2, 3, 4, 5])
})

test('a compressed file is another one, and is read once under any name', async () => {
  const { at, add, move, job } = await prepared()
  await writeFile(at('a.gz'), gzipSync('{"n":1}\n{"n":2}\n'))
  await job.reads(2)
  await move('a.gz', 'b.gz')
  await add('c.log', 3)
  expect(await job.reads(3)).toEqual([1, 2, 3])
  await job.close()
  await move('b.gz', 'd.gz')
  await add('c.log', 4)
  expect(await job.reads(4)).toEqual([1, 2, 3, 4])
})

test('a folder that is not followed goes on in a file that was renamed', async () => {
  const { add, move, job } = await prepared({ follow: false })
  await add('a.log', 1, 2)
  await job.reads(2)
  await job.close()
  await move('a.log', 'z.log')
  await add('b.log', 3)
  expect(await job.reads(3)).toEqual([1, 2, 3])
})

test('each record is read once, whatever is renamed, added, looked at and lost in between', async () => {
  const deed = fc.constantFrom('add', 'rotate', 'late', 'look', 'read', 'checkpoint', 'crash', 'restart')
  const run = async (deeds: string[]) => {
    const { path, add, move, job } = await prepared()
    let count = 0
    await add('app.log', ++count)
    for (const next of deeds) {
      if (next === 'add') await add('app.log', ++count, ++count, ++count)
      else if (next === 'rotate') {
        const old = (await readdir(path)).length
        for (let at = old - 1; at > 0; at--) await move(`app.log.${at}`, `app.log.${at + 1}`)
        await move('app.log', 'app.log.1')
        await add('app.log', ++count)
      } else if (next === 'late') {
        if ((await readdir(path)).includes('app.log.1')) await add('app.log.1', ++count)
      } else if (next === 'look') await job.look()
      else if (next === 'read') await job.reads(count)
      else if (next === 'checkpoint') await job.checkpoint()
      else if (next === 'crash') await job.crash()
      else await job.close()
    }
    await job.reads(count)
    await add('end.log', ++count)
    expect(await job.reads(count)).toEqual(Array.from({ length: count }, (_, n) => n + 1))
    await job.close()
  }
  await fc.assert(fc.asyncProperty(fc.array(deed, { maxLength: 14 }), run), { seed: 7, numRuns: 40 })
}, 120_000)
