import { type Json, nextTurn } from '@heddle/core'
import { afterEach, expect, test } from 'vitest'
import type { OpenSource, Source, SourceBatch, SourceHost } from '../source/source.ts'
import { sourceHost } from './source-host.ts'

/** A source under test, and what it has to give. */
export interface SourceSetup {
  readonly source: Source
  /** The values that it gives, by partition; records that cannot be read are not among them. */
  readonly expected: Readonly<Record<string, readonly unknown[]>>
  /** How many records cannot be read, over all partitions. @default 0 */
  readonly unread?: number
  readonly host?: Partial<SourceHost>
  /** For a source that goes on: adds more values to its first partition, and tells them. */
  append?(): Promise<readonly unknown[]>
  /** Where partitions can appear: adds one, and tells its name and values. */
  appear?(): Promise<{ readonly partition: string; readonly values: readonly unknown[] }>
  close?(): void | Promise<void>
}

/** All that a partition gave, record by record: values, or where they could not be read, the place. */
interface Given {
  readonly records: unknown[]
  readonly positions: { readonly after: number; readonly position: Json }[]
}

/**
 * The contract of sources: each kind's test calls it once, and so can a source of your own. Resumed from any position that it
 * told it gives exactly the rest, it gives no more than it is asked for, and it can be closed while it waits.
 *
 * @param setup is called for each test anew
 */
export function testSource(name: string, setup: () => Promise<SourceSetup> | SourceSetup): void {
  const closing: (() => void | Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  const prepared = async () => {
    const made = await setup()
    closing.push(() => made.close?.())
    const total = Object.values(made.expected).reduce((sum, values) => sum + values.length, 0) + (made.unread ?? 0)
    return { ...made, total }
  }
  const opened = async ({ source, host }: SourceSetup) => {
    const open = await source.open(sourceHost(host))
    closing.push(() => open.close())
    return open
  }
  const reader = async (open: OpenSource, partition: string, position?: Json) => {
    const made = await open.openPartition(partition, position)
    let isClosed = false
    const close = async () => {
      if (!isClosed) await made.close()
      isClosed = true
    }
    closing.push(close)
    return { read: made.read.bind(made), committed: made.committed?.bind(made), lag: made.lag?.bind(made), close }
  }
  /** Reads until the end, or until as many records came as there are. */
  const drain = async (open: OpenSource, partition: string, count: number, max: number, position?: Json) => {
    const from = await reader(open, partition, position)
    const given: Given = { records: [], positions: [] }
    while (given.records.length < count) {
      const batch = await from.read(max)
      if (batch === undefined) break
      expect(sizeOf(batch), 'no more than it was asked for').toBeLessThanOrEqual(max)
      given.records.push(...recordsOf(batch))
      given.positions.push({ after: given.records.length, position: json(batch.position) })
    }
    await from.close()
    return given
  }
  /** How many records each partition holds: counted once, by reading one that ends, or as it is expected. */
  const counts = async (made: SourceSetup & { total: number }) => {
    const unread = made.unread ?? 0
    const names = Object.keys(made.expected)
    // Where some cannot be read, they stand in the first partition.
    return new Map(names.map((one, index) => [one, made.expected[one]!.length + (index === 0 ? unread : 0)]))
  }

  test(`${name}: tells its partitions and gives what they hold, in order`, async () => {
    const made = await prepared()
    const open = await opened(made)
    expect([...(await open.partitions())].toSorted()).toEqual(Object.keys(made.expected).toSorted())
    for (const [partition, count] of await counts(made)) {
      const { records } = await drain(open, partition, count, 100)
      expect(records.filter((record) => !isUnread(record))).toEqual(made.expected[partition])
      expect(records).toHaveLength(count)
    }
  })

  test(`${name}: describes itself in JSON, and says what it can do`, async () => {
    const { source } = await prepared()
    expect(json(source.describe())).toEqual(source.describe())
    expect(source.kind).toMatch(/^[a-zA-Z]\w*$/)
    expect(typeof source.guarantees.replays).toBe('boolean')
    expect(typeof source.bounded).toBe('boolean')
  })

  test(`${name}: gives the same records whatever it is asked for at a time, if it replays`, async () => {
    const made = await prepared()
    if (!made.source.guarantees.replays) return
    const open = await opened(made)
    for (const [partition, count] of await counts(made)) {
      const whole = await drain(open, partition, count, 1000)
      for (const max of [1, 2, 3, 7]) {
        const { records } = await drain(open, partition, count, max)
        expect(records, `${max} at a time`).toEqual(whole.records)
      }
    }
  })

  test(`${name}: goes on from each position that it told with exactly the rest, if it replays`, async () => {
    const made = await prepared()
    if (!made.source.guarantees.replays) return
    const first = await opened(made)
    for (const [partition, count] of await counts(made)) {
      for (const step of [1, 3]) {
        const whole = await drain(first, partition, count, step)
        // From the outside in, so that a source that only ever goes forward would be found out.
        for (const { after, position } of alternating(whole.positions)) {
          const open = await opened(made)
          const rest = await drain(open, partition, count - after, 2, position)
          expect(rest.records, `from the position after ${after}`).toEqual(whole.records.slice(after))
        }
      }
    }
  }, 120_000)

  test(`${name}: goes on behind a position that was committed, and gives again what was not, if it replays`, async () => {
    const made = await prepared()
    if (!made.source.guarantees.replays) return
    const [[partition, count] = ['', 0]] = await counts(made)
    const open = await opened(made)
    const from = await reader(open, partition)
    const batch = await from.read(1)
    if (batch === undefined) return
    const position = json(batch.position)
    await from.committed?.(position)
    const lost = await from.read(1)
    await from.close()
    const again = await drain(await opened(made), partition, count - 1, 1, position)
    expect(again.records).toHaveLength(count - 1)
    if (lost) expect(again.records[0]).toEqual(recordsOf(lost)[0])
  })

  test(`${name}: ends if it is bounded, and otherwise waits until it is closed`, async () => {
    const made = await prepared()
    const open = await opened(made)
    const [[partition, count] = ['', 0]] = await counts(made)
    const from = await reader(open, partition)
    for (let read = 0; read < count;) read += sizeOf((await from.read(100))!)
    const next = Promise.resolve(from.read(100))
    if (made.source.bounded) return expect(await next).toBeUndefined()
    let isOver = false
    void next.then(() => (isOver = true))
    await nextTurn()
    expect(isOver, 'it waits').toBe(false)
    await from.close()
    expect(await next).toBeUndefined()
  })

  test(`${name}: ends while it waits when the job is aborted, unless it is bounded`, async () => {
    const made = await prepared()
    if (made.source.bounded) return
    const aborting = new AbortController()
    const open = await opened({ ...made, host: { ...made.host, signal: aborting.signal } })
    const [[partition, count] = ['', 0]] = await counts(made)
    const from = await reader(open, partition)
    for (let read = 0; read < count;) read += sizeOf((await from.read(100))!)
    const next = from.read(100)
    aborting.abort()
    expect(await next).toBeUndefined()
  })

  test(`${name}: gives what is added while it is read, if something can be`, async () => {
    const made = await prepared()
    if (!made.append) return
    const open = await opened(made)
    const [[partition, count] = ['', 0]] = await counts(made)
    const from = await reader(open, partition)
    const positions: Json[] = []
    for (let read = 0; read < count;) {
      const batch = (await from.read(100))!
      read += sizeOf(batch)
      positions.push(json(batch.position))
    }
    const got: unknown[] = []
    const next = Promise.resolve(from.read(1))
    const added = await made.append()
    const first = (await next)!
    got.push(...recordsOf(first))
    while (got.length < added.length) got.push(...recordsOf((await from.read(100))!))
    expect(got).toEqual(added)
    await from.close()
    if (!made.source.guarantees.replays) return
    const again = await drain(await opened(made), partition, added.length, 1, positions.at(-1))
    expect(again.records).toEqual(added)
  })

  test(`${name}: tells of partitions that appear, if some can`, async () => {
    const made = await prepared()
    if (!made.appear) return
    const open = await opened(made)
    await open.partitions()
    const told = new Promise<void>((resolve) => {
      closing.push(open.onPartitions!(resolve))
    })
    const { partition, values } = await made.appear()
    await told
    expect(await open.partitions()).toContain(partition)
    const { records } = await drain(open, partition, values.length, 2)
    expect(records).toEqual(values)
  })
}

const sizeOf = ({ values, unread = [] }: SourceBatch): number => values.length + unread.length

interface Unread {
  readonly unread: string
}

const isUnread = (record: unknown): record is Unread =>
  typeof record === 'object' && record !== null && 'unread' in record

/** The records of a batch in their order; those that could not be read are told by their place. */
function recordsOf(batch: SourceBatch): unknown[] {
  const { values, unread = [], times, keys, weights } = batch
  for (const told of [times, keys, weights]) if (told) expect(told).toHaveLength(values.length)
  const all: unknown[] = []
  let next = 0
  for (const { index, origin, errors } of unread) {
    expect(errors.length).toBeGreaterThan(0)
    expect(index).toBeGreaterThanOrEqual(next)
    all.push(...values.slice(next, index), { unread: origin })
    next = index
  }
  return [...all, ...values.slice(next)]
}

/** What comes back from where positions are kept. */
const json = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json

function alternating<Item>(items: readonly Item[]): Item[] {
  const left = [...items]
  const out: Item[] = []
  while (left.length > 0) out.push(left.pop()!, ...left.splice(0, 1))
  return out
}
