import { systemFailure } from '../error/failure.ts'
import type { Clock } from './clock.ts'
import type { Unit } from './transactions.ts'

/** Whose call it is. The same key of another tenant, principal or command is another call. */
export interface IdempotencyScope {
  readonly tenant: string
  readonly principal: string
  readonly command: string
  readonly key: string
}

/** The right to run the one call of a key. */
export interface Claim {
  /**
   * Writes the answer with the unit's other changes: both become durable, or neither.
   *
   * @param secret whether something in it is marked, so that it is encrypted where it is kept
   */
  record(unit: Unit, answer: unknown, secret?: boolean): void
  /** Lets the next caller with this key run, when nothing was recorded. Always called at the end. */
  release(): void
}

/** What a caller with a key finds: the recorded answer, or the right to run. */
export type ClaimResult = { readonly answer: unknown } | { readonly claim: Claim }

/** Remembers the answers of calls that carry an idempotency key. A database provides it. */
export interface Idempotency {
  /**
   * Waits while another caller holds the claim.
   *
   * @param inputHash hash of the input; another one under the same key is refused
   * @throws {Failure} KeyReused, or InProgress when the signal aborts while waiting
   */
  claim(scope: IdempotencyScope, inputHash: string, signal: AbortSignal): Promise<ClaimResult>
}

/** How long answers are kept. */
export const idempotencyKeptMs = 24 * 60 * 60 * 1000

interface Entry {
  inputHash: string
  answer?: { value: unknown; expiresAtMs: number }
  waiting: (() => void)[]
}

/** Remembers answers in this process alone. */
export function memoryIdempotency(clock: Clock): Idempotency {
  const entries = new Map<string, Entry>()

  return {
    async claim(scope, inputHash, signal) {
      const address = JSON.stringify([scope.tenant, scope.principal, scope.command, scope.key])
      for (;;) {
        prune(clock.now())
        const entry = entries.get(address)
        if (!entry) break
        if (entry.inputHash !== inputHash) throw systemFailure('KeyReused')
        if (entry.answer) return { answer: entry.answer.value }
        await turn(entry, signal)
      }
      const entry: Entry = { inputHash, waiting: [] }
      entries.set(address, entry)
      return {
        claim: {
          record(_unit, value) {
            entry.answer = { value, expiresAtMs: clock.now() + idempotencyKeptMs }
          },
          release() {
            if (!entry.answer) entries.delete(address)
            for (const wake of entry.waiting.splice(0)) wake()
          },
        },
      }
    },
  }

  /** Entries are in the order of their claims, so the expired ones are found at the front. */
  function prune(nowMs: number) {
    for (const [address, { answer }] of entries) {
      if (!answer || answer.expiresAtMs > nowMs) break
      entries.delete(address)
    }
  }
}

function turn(entry: Entry, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(systemFailure('InProgress'))
    const onAbort = () => reject(systemFailure('InProgress'))
    signal.addEventListener('abort', onAbort, { once: true })
    entry.waiting.push(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    })
  })
}
