import {
  type Clock,
  type Idempotency,
  type IdempotencyScope,
  idempotencyKeptMs,
  sleep,
  systemFailure,
  type Timers,
} from '@heddle/core'
import type { Database } from '../database/database.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { AnswerRecord, SecretAnswerRecord } from './entities.ts'

interface OpenClaim {
  readonly inputHash: string
  readonly waiting: Set<() => void>
}

/** How often a key that another process works on is looked at again (limit `idempotency.interval`). */
const intervalMs = 50

/**
 * Remembers answers in the database: each is written in the unit of the call that it answers, where the claim had found
 * none, so that a key has one effect even if two processes run it. Who is running a key now is known in this process's
 * memory and by the database's claims, so a crash frees every claim.
 */
export function createIdempotency(database: Database, clock: Clock, timers: Timers): Idempotency {
  const open = new Map<string, OpenClaim>()

  return {
    async claim(scope, inputHash, signal) {
      const name = claimName(scope)
      const address = addressOf(scope)
      for (let other = open.get(name); other; other = open.get(name)) {
        if (other.inputHash !== inputHash) throw systemFailure('KeyReused')
        await turn(other, signal)
      }
      const claim: OpenClaim = { inputHash, waiting: new Set() }
      open.set(name, claim)
      let found = 0
      let isTaken = false
      try {
        while (!(isTaken = await database.claims.take(name))) await pause(timers, signal)
        const { version, answer } = await recorded(scope.tenant, address)
        found = version
        if (answer && answer.inputHash !== inputHash) throw systemFailure('KeyReused')
        if (answer) {
          release(name, claim, true)
          return { answer: JSON.parse(answer.answer) as unknown }
        }
      } catch (error) {
        release(name, claim, isTaken)
        throw error
      }
      return {
        claim: {
          record(unit, value, secret = false) {
            const record = { address, inputHash, answer: JSON.stringify(value), at: new Date(clock.now()) }
            const values = AnswerRecord.codec.encode(record)
            dataUnit({ unit }, 'idempotency').put(
              secret ? SecretAnswerRecord : AnswerRecord,
              address,
              record,
              values,
              found,
            )
          },
          release: () => release(name, claim, true),
        },
      }
    },
  }

  /** What stands under a key: its version, 0 for nothing, and the answer while it counts. */
  async function recorded(tenant: string, address: string) {
    const [row] = await database.read(SecretAnswerRecord.table, tenant, [address])
    if (!row) return { version: 0 }
    const answer = AnswerRecord.codec.decode(row) as { inputHash: string; answer: string; at: Date }
    const counts = answer.at.getTime() + idempotencyKeptMs > clock.now()
    return { version: row[0], ...(counts && { answer }) }
  }

  function release(name: string, claim: OpenClaim, isTaken: boolean): void {
    if (open.get(name) !== claim) return
    open.delete(name)
    if (isTaken) database.claims.free(name)
    for (const wake of claim.waiting) wake()
  }
}

/** The tenant is a column of its own. */
const addressOf = ({ principal, command, key }: IdempotencyScope) => JSON.stringify([principal, command, key])
const claimName = (scope: IdempotencyScope) => JSON.stringify([scope.tenant, addressOf(scope)])

function turn(claim: OpenClaim, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      claim.waiting.delete(wake)
      reject(systemFailure('InProgress') as unknown as Error)
    }
    const wake = () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    claim.waiting.add(wake)
  })
}

/** @throws {Failure} InProgress */
async function pause(timers: Timers, signal: AbortSignal): Promise<void> {
  await sleep(timers, intervalMs, signal).catch(() => {
    throw systemFailure('InProgress')
  })
}
