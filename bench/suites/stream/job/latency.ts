import { app } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { parsePlan } from '@heddle/pipeline'
import { job, type OpenSink, type SinkKind, type SinkRecord, sinkKinds } from '@heddle/stream'
import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { ownCpuNs } from '../../../harness/cpu.ts'
import { folderInMemory } from '../../../harness/folder.ts'
import { quantile } from '../../../harness/statistics.ts'
import type { Contender } from '../../../harness/types.ts'
import { onePartition } from '../one-partition.ts'
import { type Control, control } from './control.ts'

const perMs = 100
const users = 200

const planText = `heddle: 1
pipeline: visits.PerUser
access: public
source: { given: visits, type: { user: string, due: number }, time: it.due }
steps:
  - { id: byUser, keyBy: it.user }
  - { id: running, aggregate: { visits: count(), due: max(it.due) } }
  - { id: perSecond, from: byUser, window: { tumbling: 1s }, aggregate: { visits: count() } }
sinks:
  live: { from: running, timedView: live }
  seconds: { from: perSecond, timedTable: seconds }
checkpoint: 20ms
`

const now = (): number => performance.timeOrigin + performance.now()

/** Records that are due at an even pace: one that waits for the job is late all the same. */
function pacedSource() {
  let [begun, begunAt, allowed, given] = [now(), 0, 0, 0]
  let allRead = () => {}
  let isOpen = true
  const source = onePartition('visits', false, () => {
    const due = () => Math.min(allowed, Math.floor((now() - begun) * perMs))
    const batch = (max: number) => {
      const values: unknown[] = []
      for (const end = Math.min(due(), given + max); given < end; given++) {
        values.push({ user: `user-${(given * 7_919) % users}`, due: begun + given / perMs })
      }
      return { values, position: given }
    }
    const later = async (max: number) => {
      while (isOpen && due() <= given) {
        if (given === allowed) allRead()
        await setTimeout(1)
      }
      return isOpen ? batch(max) : undefined
    }
    return {
      read: (max) => (due() > given ? batch(max) : later(max)),
      close() {
        isOpen = false
      },
    }
  })
  return {
    source,
    /** When it was driven last. */
    get begunAt() {
      return begunAt
    },
    drive(count: number): Promise<void> {
      begunAt = now()
      begun = begunAt - given / perMs
      allowed += count
      return new Promise((resolve) => (allRead = resolve))
    },
  }
}

/** A kind of sink that is told when it has taken records, and when an epoch of it is durable. */
function timedKind(
  name: string,
  of: 'table' | 'view',
  told: {
    readonly took?: (records: readonly SinkRecord[], epoch: number) => void
    readonly wrote?: (epoch: number) => void
  },
): SinkKind {
  const kind = sinkKinds.find((one) => one.name === of)!
  return {
    ...kind,
    name,
    create(config, type, input) {
      const sink = kind.create(config, type, input)
      return {
        ...sink,
        async open(host) {
          const open: OpenSink = await sink.open(host)
          return {
            ...open,
            write(records, epoch, isLast) {
              const written = open.write(records, epoch, isLast)
              told.took?.(records, epoch)
              return written
            },
            written(epoch) {
              open.written?.(epoch)
              told.wrote?.(epoch)
            },
          }
        },
      }
    },
  }
}

/**
 * A hundred thousand records a second: a running count of each key goes to a live view, and its counts of each second to a table,
 * exactly once, with a checkpoint each 20 ms. `view` is how long after a record was due its count is shown; `table`, how long after
 * the last record of a window was due its results are committed, in nanoseconds.
 */
export const contender: Contender = {
  async open() {
    const folder = folderInMemory()
    const parsed = parsePlan(planText)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
    let view: number[] = []
    let table: number[] = []
    const ends = new Map<number, number[]>()
    const feed = pacedSource()
    const made = job(parsed.plan, {
      sources: { visits: feed.source },
      sinkKinds: [
        timedKind('timedView', 'view', {
          took(records) {
            const at = now()
            for (const { value, weight } of records) if (weight === 1) view.push(at - (value as { due: number }).due)
          },
        }),
        timedKind('timedTable', 'table', {
          took(records, epoch) {
            const all = ends.get(epoch) ?? []
            for (const { value } of records) all.push(Number((value as { end: Date }).end))
            ends.set(epoch, all)
          },
          wrote(epoch) {
            const at = now()
            for (const [of, all] of ends) {
              if (of > epoch) continue
              // A window that ended while nothing was given is over only with the first record after that.
              for (const end of all) table.push(at - Math.max(end, feed.begunAt))
              ends.delete(of)
            }
          },
        }),
      ],
    })
    const bench = await app('bench', { parts: [made], database: sqlite() }).open({ folder, mode: 'development' })
    await bench.start()
    let [cpu, wall] = [0, 0]
    let controls: Control[] = []
    return {
      call: (input) => input,
      answer: (given) => given,
      // A paced job waits for the time, which says nothing about the machine.
      cpuNs: ownCpuNs,
      async drive(operations) {
        controls = [await control()]
        ;[view, table] = [[], []]
        const [cpuFrom, wallFrom] = [ownCpuNs(), now()]
        await feed.drive(operations)
        ;[cpu, wall] = [ownCpuNs() - cpuFrom, now() - wallFrom]
        controls.push(await control())
      },
      figures: () => ({
        view: quantile(view, 0.99) * 1e6,
        table: quantile(table, 0.99) * 1e6,
        control: Math.max(...controls.map(({ log }) => log)),
        wakeup: Math.max(...controls.map(({ wakeup }) => wakeup)),
        core: (cpu / wall) * 1000,
      }),
      async close() {
        await bench.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
}
