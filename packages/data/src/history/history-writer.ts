import { type CallEntry, hasKeys, type Ports, type Unit } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { putWrite } from '../system/records.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { WholeCallRecord } from './call-record.ts'

/** How long calls that wrote nothing wait for others, so that they are written together (limit `history.wait`). */
const waitMs = 100
/** How many calls wait at most; the oldest are then given up (limit `history.waiting`). */
const waitingLimit = 10_000
/** How many calls one commit writes at most (limit `history.batch`). */
const batchLimit = 500
/** How long an input may be, as JSON; a longer one is not kept (limit `history.input`). */
const inputLimit = 64 * 1024

/** What writing history needs. */
export type HistoryPorts = Pick<Ports, 'timers' | 'log' | 'keys'>

/** Writes calls into the table of history. */
export class HistoryWriter {
  readonly #database: Database
  readonly #ports: HistoryPorts
  readonly #encrypts: boolean
  #waiting: CallEntry[] = []
  #cancel: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()
  #lost = 0

  constructor(database: Database, ports: HistoryPorts) {
    this.#database = database
    this.#ports = ports
    this.#encrypts = hasKeys(ports.keys)
  }

  /** Puts a call into its own unit of work. */
  write(unit: Unit, entry: CallEntry): void {
    const record = this.#recordOf(entry)
    const values = WholeCallRecord.codec.encode(record)
    dataUnit({ unit }, 'history').put(WholeCallRecord, entry.id, record, values)
  }

  /** Writes a call a little later, with others. */
  add(entry: CallEntry): void {
    if (this.#waiting.push(entry) > waitingLimit) {
      this.#waiting.shift()
      this.#lost++
    }
    if (this.#waiting.length === batchLimit) void this.flush()
    else this.#cancel ??= this.#ports.timers.after(waitMs, () => void this.flush(), { background: true })
  }

  /** Writes what waits. What cannot be written now waits on. */
  flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    if (this.#lost > 0) {
      const told = 'more calls ended than could be written into the history, and the oldest were given up'
      this.#ports.log.write('warning', told, { lost: this.#lost, limit: waitingLimit })
      this.#lost = 0
    }
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchLimit)
      const written = new Set<CallEntry>()
      try {
        for (const [tenant, entries] of Map.groupBy(batch, (entry) => entry.tenant)) {
          const writes = entries.map((entry) => putWrite(WholeCallRecord, this.#recordOf(entry)))
          await this.#database.commit({ tenant, checks: [], writes })
          for (const entry of entries) written.add(entry)
        }
      } catch (thrown) {
        const fields = { reason: String((thrown as Error).message), waiting: this.#waiting.length }
        this.#ports.log.write('warning', 'calls could not be written into the history', fields)
        this.#waiting = this.#waiting.filter((entry) => !written.has(entry))
        return
      }
      this.#waiting = this.#waiting.filter((entry) => !written.has(entry))
    }
  }

  #recordOf({ at, input, secret, ...entry }: CallEntry): AnyRecord & { readonly id: string } {
    const isKept = JSON.stringify(secret ?? input).length <= inputLimit
    return {
      ...entry,
      at: new Date(at),
      input: isKept ? input : { omitted: `the input is longer than ${inputLimit} characters` },
      ...(isKept && this.#encrypts && secret !== undefined && { secret }),
    }
  }
}
