import { keepLease, createLeases, type Database, type KeptLease, ownClaims, systemTenant } from '@heddle/data'
import type { Ports } from '@heddle/core'
import type { Place } from './place.ts'

/** How long a place is held without a renewal, in milliseconds: so long stands empty what a dead process held. */
const ttlMs = 30_000
/** How long a process keeps a place that it does not use, in milliseconds. */
const idleMs = 1000
/** How long it waits until it asks again for a place where others have them all, in milliseconds. */
const askAgainMs = 1000
/** Where processes tell each other that a place is free. */
const topic = 'heddle.queue'

/** The places of a queue. */
export interface Places {
  /** One of them; nothing while all are taken. */
  take(): Place | undefined | Promise<Place | undefined>
  close(): Promise<void>
}

/** What places need to know. */
export interface PlacesSetup {
  readonly queue: string
  readonly count: number
  readonly database: Database
  readonly ports: Ports
  readonly holder: string
  /** Runs when there may be a place again. */
  readonly more: () => void
}

/**
 * The places of a queue: as many runs of it run at a time. Where one process has the database alone, it counts. Where several
 * share it, each place is a lease of the database, and what a run commits carries the token of its place: whoever lost it
 * cannot commit.
 */
export const createPlaces = (setup: PlacesSetup): Places =>
  setup.database.claims === ownClaims ? countedPlaces(setup) : leasedPlaces(setup)

function countedPlaces({ count, more }: PlacesSetup): Places {
  let taken = 0
  return {
    take() {
      if (taken >= count) return undefined
      taken++
      return once([], () => {
        taken--
        more()
      })
    },
    close: () => Promise.resolve(),
  }
}

function leasedPlaces({ queue, count, database, ports, holder, more }: PlacesSetup): Places {
  const leases = createLeases(database, systemTenant)
  const held = new Map<number, KeptLease>()
  const idle: number[] = []
  let closed = false
  let cancelAsk: (() => void) | undefined
  let stopListening: (() => void) | undefined
  const listening = Promise.resolve(
    database.notices.subscribe(topic, (freed) => freed === queue && more(), { missed: more }),
  ).then((stop) => (stopListening = stop))

  return {
    async take() {
      const known = idle.pop()
      const number = known !== undefined && held.has(known) ? known : await acquire()
      if (number === undefined) return undefined
      const { name, token } = held.get(number)!
      return once([{ name, token, tenant: systemTenant }], () => giveBack(number))
    },
    async close() {
      closed = true
      cancelAsk?.()
      await listening
      stopListening?.()
      await Promise.all(idle.splice(0).map((number) => release(number)))
    },
  }

  /** Tries every place that is not this process's, from one that is its own choice on. */
  async function acquire(): Promise<number | undefined> {
    const [first = 0, second = 0] = ports.random.bytes(2)
    for (let turn = 0; turn < count && !closed; turn++) {
      const number = (first * 256 + second + turn) % count
      if (held.has(number)) continue
      const lost = () => void held.delete(number)
      const kept = await keepLease(leases, `queue ${queue} ${number}`, { ttlMs, holder, ports, onLost: lost })
      if (!('token' in kept)) continue
      held.set(number, kept)
      return number
    }
    cancelAsk?.()
    if (!closed) cancelAsk = ports.timers.after(askAgainMs, more, { background: true })
    return undefined
  }

  function giveBack(number: number): void {
    if (!held.has(number)) return more()
    if (closed) return void release(number)
    idle.push(number)
    more()
    const end = () => {
      const at = idle.indexOf(number)
      if (at < 0) return
      idle.splice(at, 1)
      void release(number)
    }
    ports.timers.after(idleMs, end, { background: true })
  }

  async function release(number: number): Promise<void> {
    const kept = held.get(number)
    held.delete(number)
    try {
      await kept?.release()
      await database.notices.publish(topic, queue)
    } catch {
      // Its time runs out by itself.
    }
  }
}

/** A place that is given back once, however often that is said. */
function once(fences: Place['fences'], free: () => void): Place {
  let isFree = false
  return {
    fences,
    free() {
      if (isFree) return
      isFree = true
      free()
    },
  }
}
