import { type Json, nextTurn } from '@heddle/core'
import type { Write } from '@heddle/data'
import { afterEach, expect, test } from 'vitest'
import type { OpenSink, Sink, SinkHost, SinkRecord } from '../sink/sink.ts'
import { sinkHost } from './source-host.ts'

/** A sink under test, and how what it wrote is read back. */
export interface SinkSetup {
  readonly sink: Sink
  readonly host?: Partial<SinkHost>
  /** The value of the record with this number. @default `{ n: number }` */
  readonly value?: (number: number) => unknown
  /** The values that are there for good, in the order in which they were written; of a sink of changes, by their number. */
  read(): Promise<readonly unknown[]> | readonly unknown[]
  /** For a sink of delivery `unit`: makes the writes durable, all or none. */
  commit?(writes: readonly Write[]): Promise<void>
  /** Where its other side can be held up: `block` holds it, and gives how it goes on. */
  block?(): () => void
  close?(): void | Promise<void>
}

const epochs = 3
const perEpoch = 4

/** For tests of many lives, in milliseconds: a sink may be on another machine. */
const patienceMs = 120_000

/** A moment between two steps of the life of a sink. */
class Killed extends Error {}

/** What a runtime keeps of a job: the newest checkpoint. */
interface Checkpoint {
  readonly epoch: number
  readonly staged?: Json
  /** Epochs whose records it keeps until the sink has them. */
  readonly outbox: readonly number[]
}

/**
 * The contract of sinks: each kind's test calls it once, and so can a sink of your own. It plays the runtime: epochs are
 * written, checkpointed and delivered, and the process dies between any two of these steps, also twice. At the end each
 * record is there once and in order; of a `plain` sink, at least once.
 *
 * @param setup is called for each test anew
 */
export function testSink(name: string, setup: () => Promise<SinkSetup> | SinkSetup): void {
  const closing: (() => void | Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  const prepared = async () => {
    const made = await setup()
    closing.push(() => made.close?.())
    return made
  }
  const valueOf = (made: SinkSetup, number: number) => made.value?.(number) ?? { n: number }
  const record = (made: SinkSetup, number: number): SinkRecord => ({
    id: `source/0/${number}`,
    value: valueOf(made, number),
    key: undefined,
    time: number * 1000,
    weight: 1,
  })
  const recordsOf = (made: SinkSetup, epoch: number) =>
    Array.from({ length: perEpoch }, (_, index) => record(made, (epoch - 1) * perEpoch + index))
  const everything = (made: SinkSetup) =>
    Array.from({ length: epochs * perEpoch }, (_, number) => valueOf(made, number))

  /**
   * Runs a job that writes all epochs, and is killed at the given steps, counted over all of its lives.
   *
   * @returns how many steps there were
   */
  async function run(made: SinkSetup, kills: readonly number[], batch = 3): Promise<number> {
    const { sink } = made
    let durable: Checkpoint = { epoch: 0, outbox: [] }
    let steps = 0
    const step = () => {
      if (kills.includes(steps++)) throw new Killed()
    }
    const write = async (open: OpenSink, epoch: number) => {
      const records = recordsOf(made, epoch)
      for (let from = 0; from < records.length; from += batch) {
        await open.write(records.slice(from, from + batch), epoch, from + batch >= records.length)
        step()
      }
    }
    const life = async () => {
      const open = await sink.open(sinkHost(made.host))
      closing.push(() => open.close())
      step()
      if (sink.delivery === 'staged') {
        await open.discard?.(durable.staged)
        step()
        if (durable.staged !== undefined) await open.finish!(durable.staged)
        step()
      }
      const deliver = async (epoch: number) => {
        const has = sink.delivery === 'transactional' ? await open.epoch!() : 0
        if (epoch > has) await write(open, epoch)
        durable = { ...durable, outbox: durable.outbox.filter((other) => other !== epoch) }
        step()
      }
      for (const epoch of durable.outbox) await deliver(epoch)
      while (durable.epoch < epochs) {
        const epoch = durable.epoch + 1
        if (sink.delivery === 'plain') {
          await write(open, epoch)
          durable = { epoch, outbox: [] }
          step()
        } else if (sink.delivery === 'staged') {
          await write(open, epoch)
          const staged = JSON.parse(JSON.stringify(await open.stage!(epoch, epoch === epochs))) as Json
          step()
          durable = { epoch, staged, outbox: [] }
          step()
          await open.finish!(staged)
          step()
        } else if (sink.delivery === 'unit') {
          await write(open, epoch)
          const writes = await open.writes!(epoch)
          step()
          await made.commit!(writes)
          durable = { epoch, outbox: [] }
          step()
          open.written?.(epoch)
          step()
        } else {
          durable = { epoch, outbox: [epoch] }
          step()
          await deliver(epoch)
        }
      }
      await open.close()
    }
    for (;;) {
      try {
        await life()
        return steps
      } catch (thrown) {
        if (!(thrown instanceof Killed)) throw thrown
      }
    }
  }

  const check = async (made: SinkSetup, what: string) => {
    const found = [...(await made.read())]
    if (made.sink.delivery !== 'plain') return expect(found, what).toEqual(everything(made))
    const distinct = [...new Map(found.map((value) => [JSON.stringify(value), value])).values()]
    expect(distinct, what).toEqual(everything(made))
  }

  test(`${name}: has every record once and in order after an undisturbed run`, async () => {
    const made = await prepared()
    await run(made, [])
    expect([...(await made.read())]).toEqual(everything(made))
  })

  test(`${name}: describes itself in JSON`, async () => {
    const { sink } = await prepared()
    expect(JSON.parse(JSON.stringify(sink.describe()))).toEqual(sink.describe())
    expect(sink.kind).toMatch(/^[a-zA-Z]\w*$/)
  })

  test(
    `${name}: keeps its promise when it is killed between any two steps, whatever the batches`,
    async () => {
      const first = await prepared()
      const steps = await run(first, [])
      for (let kill = 0; kill < steps; kill++) {
        const made = await prepared()
        await run(made, [kill], 1 + (kill % 4))
        await check(made, `killed at step ${kill} of ${steps}`)
      }
    },
    patienceMs,
  )

  test(
    `${name}: keeps its promise when it is killed again while it recovers`,
    async () => {
      const first = await prepared()
      const steps = await run(first, [])
      for (let kill = 1; kill < steps; kill += 2) {
        for (const later of [1, 2, 3]) {
          const made = await prepared()
          await run(made, [kill, kill + later])
          await check(made, `killed at steps ${kill} and ${kill + later}`)
        }
      }
    },
    patienceMs,
  )

  test(`${name}: leaves nothing behind of an epoch that no checkpoint has`, async () => {
    const made = await prepared()
    if (made.sink.delivery !== 'staged' && made.sink.delivery !== 'unit') return
    const lost = await made.sink.open(sinkHost(made.host))
    await lost.write(recordsOf(made, 2), 1)
    await (made.sink.delivery === 'staged' ? lost.stage!(1) : lost.writes!(1))
    closing.push(() => lost.close())
    await run(made, [])
    expect([...(await made.read())]).toEqual(everything(made))
  })

  test(`${name}: finishes an epoch twice without doing it twice, and takes one that is sent again`, async () => {
    const made = await prepared()
    const open = await made.sink.open(sinkHost(made.host))
    closing.push(() => open.close())
    const records = recordsOf(made, 1)
    const values = records.map(({ value }) => value)
    const { delivery } = made.sink
    if (delivery === 'staged') {
      await open.discard?.(undefined)
      await open.write(records, 1)
      const staged = await open.stage!(1, true)
      await open.finish!(staged)
      await open.finish!(staged)
    } else if (delivery === 'unit') {
      await open.write(records, 1)
      await made.commit!(await open.writes!(1))
      open.written?.(1)
      expect(await open.writes!(2), 'nothing is left of what was written').toEqual([])
    } else {
      await open.write(records, 1, true)
      if (delivery === 'transactional') expect(await open.epoch!()).toBe(1)
      if (delivery !== 'plain') await open.write(records, 1, true)
    }
    expect([...(await made.read())]).toEqual(values)
  })

  test(`${name}: takes an epoch without records`, async () => {
    const made = await prepared()
    const open = await made.sink.open(sinkHost(made.host))
    closing.push(() => open.close())
    await open.discard?.(undefined)
    await open.write([], 1, true)
    if (made.sink.delivery === 'staged') await open.finish!(await open.stage!(1, true))
    if (made.sink.delivery === 'unit') await made.commit!(await open.writes!(1))
    expect([...(await made.read())]).toEqual([])
  })

  test(`${name}: answers only once it has room, where its other side can be held up`, async () => {
    const made = await prepared()
    if (!made.block) return
    const open = await made.sink.open(sinkHost(made.host))
    closing.push(() => open.close())
    const release = made.block()
    let isOver = false
    const writing = (async () => {
      for (let epoch = 1; epoch <= epochs; epoch++) await open.write(recordsOf(made, epoch), epoch, true)
      isOver = true
    })()
    await nextTurn()
    expect(isOver, 'it waits for room').toBe(false)
    release()
    await writing
    expect([...(await made.read())]).toEqual(everything(made))
  })
}
