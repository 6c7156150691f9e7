import { CommitConflict, type Ports } from '@heddle/core'
import { type Database, QueueRecord, type Row, systemTenant, type Write } from '@heddle/data'
import type { Gate, Place } from './place.ts'
import { createPlaces, type Places } from './places.ts'
import { begin, type Began, type Rate } from './rate-window.ts'
import type { Queue } from './queue.ts'

/** What a gate works with. */
export interface GateSetup {
  readonly queue: Pick<Queue, 'name' | 'limits'>
  readonly database: Database
  readonly ports: Ports
  readonly holder: string
  /** Runs when another run may begin. */
  readonly more: () => void
}

/** A gate that holds something while its app is open. */
export interface OpenGate extends Gate {
  close(): Promise<void>
}

const free: Place = { fences: [], free: () => undefined }

/** Opens the gate of a queue that limits how many of its runs run at a time, or how many begin within a time. */
export function openGate({ queue: { name, limits }, database, ports, holder, more }: GateSetup): OpenGate {
  const { concurrency, rate } = limits
  const places: Places | undefined =
    concurrency === undefined
      ? undefined
      : createPlaces({ queue: name, count: concurrency, database, ports, holder, more })
  let known: Row | undefined
  let cancelAsk: (() => void) | undefined
  /** Nothing begins before this time. */
  let until = 0
  let closed = false

  return {
    async enter() {
      if (closed || ports.clock.now() < until) return undefined
      const place = places ? await places.take() : free
      if (!place || !rate) return place
      let again: number | undefined
      try {
        again = await begun(rate)
      } catch (thrown) {
        place.free()
        throw thrown
      }
      if (again === undefined) return place
      const now = ports.clock.now()
      // At most one span of the rate, should the clock have been put back.
      until = Math.min(again, now + rate.perMs * 2)
      cancelAsk?.()
      cancelAsk = ports.timers.after(Math.max(1, until - now), more, { background: true })
      place.free()
      return undefined
    },
    async close() {
      closed = true
      cancelAsk?.()
      await places?.close()
    },
  }

  /** Writes down that one more begins, in the database, so that the rate holds over processes. Says when, if not now. */
  async function begun(limit: Rate): Promise<number | undefined> {
    const { table, codec } = QueueRecord
    for (;;) {
      known ??= (await database.read(table, systemTenant, [name]))[0]
      const { began = '[]', paused } = (known ? codec.decode(known) : {}) as { began?: string; paused?: boolean }
      const before = JSON.parse(began) as Began
      const asked = begin(before, limit, ports.clock.now())
      if ('again' in asked) {
        // What others let begin is in the database alone, and so is what they have forgotten since.
        known = undefined
        return asked.again
      }
      const record = { name, began: JSON.stringify(asked.began), paused }
      const values = codec.encode(record)
      const version = known?.[0]
      const write: Write =
        version === undefined
          ? { kind: 'insert', table, values, absent: true }
          : { kind: 'update', table, key: name, values, version }
      const refused = await database.commit({ tenant: systemTenant, checks: [], writes: [write] })
      if (!refused) {
        known = [(version ?? 0) + 1, ...values] as unknown as Row
        return undefined
      }
      if (refused.kind !== 'conflict') throw new CommitConflict()
      known = undefined
    }
  }
}
