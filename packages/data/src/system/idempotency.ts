import { type Clock, type Idempotency, type IdempotencyScope, idempotencyKeptMs, systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { AnswerRecord } from './entities.ts'

interface OpenClaim {
  readonly inputHash: string
  readonly waiting: Set<() => void>
}

/**
 * Remembers answers in the database: each is written in the unit of the call that it answers. Who is running a key now
 * is known to the process that owns the data folder, in memory, so a crash frees every claim.
 */
export function createIdempotency(database: Database, clock: Clock): Idempotency {
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
      try {
        const answer = await recorded(scope.tenant, address)
        if (answer && answer.inputHash !== inputHash) throw systemFailure('KeyReused')
        if (answer) {
          release(name, claim)
          return { answer: JSON.parse(answer.answer) as unknown }
        }
      } catch (error) {
        release(name, claim)
        throw error
      }
      return {
        claim: {
          record(unit, value) {
            const record = { address, inputHash, answer: JSON.stringify(value), at: new Date(clock.now()) }
            dataUnit({ unit }, 'idempotency').put(AnswerRecord, address, record, AnswerRecord.codec.encode(record))
          },
          release: () => release(name, claim),
        },
      }
    },
  }

  async function recorded(tenant: string, address: string) {
    const [row] = await database.read(AnswerRecord.table, tenant, [address])
    if (!row) return undefined
    const answer = AnswerRecord.codec.decode(row) as { inputHash: string; answer: string; at: Date }
    return answer.at.getTime() + idempotencyKeptMs > clock.now() ? answer : undefined
  }

  function release(name: string, claim: OpenClaim): void {
    if (open.get(name) !== claim) return
    open.delete(name)
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
