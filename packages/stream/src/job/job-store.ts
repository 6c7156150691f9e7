import { type CallOptions, type Clock, CommitConflict, type DeadLetter, Defect, type Ports } from '@heddle/core'
import {
  type Condition,
  type Database,
  DeadLetterRecord,
  fenceOf,
  findRecords,
  JobCheckpointRecord,
  JobRecord,
  letterWriter,
  lostLease,
  putWrite,
  type RecordOf,
  type Table,
  WholeDeadLetterRecord,
  type Write,
} from '@heddle/data'
import { unsealedLetter } from '../task/sealed-letter.ts'
import type { Checkpoint, CheckpointCommit, CheckpointStore } from '../task/checkpoint.ts'
import { asideName, type JobFacts, type KeptJob } from './job-record.ts'

/** Where jobs are kept: the app's own database. */
export class JobStore {
  readonly database: Database
  readonly tenant: string
  readonly #clock: Clock
  readonly #letterWrites: ReturnType<typeof letterWriter>

  constructor(database: Database, tenant: string, ports: Ports) {
    this.database = database
    this.tenant = tenant
    this.#clock = ports.clock
    this.#letterWrites = letterWriter(ports)
  }

  /** What time it is for the app. */
  now(): number {
    return this.#clock.now()
  }

  async read(name: string): Promise<KeptJob | undefined> {
    const [row] = await this.database.read(JobRecord.table, this.tenant, [name])
    return row && decode(JobRecord.codec.decode(row) as RecordOf<typeof JobRecord>)
  }

  async all(): Promise<KeptJob[]> {
    return (await findRecords<RecordOf<typeof JobRecord>>(this.database, JobRecord, this.tenant)).map(decode)
  }

  /** Keeps a job as it is told. @throws {Failure} LeaseLost */
  async put(job: KeptJob, fences?: CallOptions['fences']): Promise<void> {
    await this.#commit([this.#write(job)], fences)
  }

  /** The checkpoints of a job that are kept, oldest first. Those that its state file cannot restore are among them. */
  async checkpoints(name: string): Promise<KeptCheckpoint[]> {
    const where: Condition = { kind: 'compare', column: 'id', by: 'prefix', value: `${name}/` }
    const rows = await findRecords<CheckpointRow>(this.database, JobCheckpointRecord, this.tenant, { where })
    const kept = rows.map(({ plan, checkpoint, at }) => ({
      plan,
      at,
      checkpoint: JSON.parse(checkpoint) as Checkpoint,
    }))
    return kept.toSorted((one, other) => one.checkpoint.epoch - other.checkpoint.epoch)
  }

  /**
   * Keeps the checkpoints of one run of a job.
   *
   * @param slots how many are kept: a newer one takes the place of the oldest
   */
  checkpointsOf(
    job: Omit<KeptJob, 'checkpoint' | 'state'>,
    slots: number,
    fences: CallOptions['fences'],
  ): CheckpointStore {
    return {
      queued: (limit) => this.#queued(job.name, limit),
      putBack: (letters) => this.#commit(this.#letterWrites(letters), fences),
      commit: async ({ checkpoint, writes, letters, replayed }: CheckpointCommit): Promise<void> => {
        const at = new Date(this.#clock.now())
        const id = `${job.name}/${checkpoint.epoch % slots}`
        const text = JSON.stringify(checkpoint)
        const all: Write[] = [
          ...writes,
          this.#write({ ...job, state: 'running', checkpoint }, text),
          putWrite(JobCheckpointRecord, { id, plan: job.plan, checkpoint: text, at }),
          ...this.#letterWrites(letters),
          ...(replayed.length === 0 ? [] : await this.#dropped(replayed)),
        ]
        return this.#commit(all, fences)
      },
    }
  }

  /** Keeps the newest checkpoint of a plan whose state is built anew, in a row of its own. What it would tell is not told. */
  checkpointsAside(job: Omit<KeptJob, 'checkpoint' | 'state'>, fences: CallOptions['fences']): CheckpointStore {
    const name = asideName(job.name)
    return { commit: ({ checkpoint }) => this.put({ ...job, name, state: 'running', checkpoint }, fences) }
  }

  /** Forgets the plan whose state was built anew, where there is one. */
  async forgetAside(job: string, fences?: CallOptions['fences']): Promise<void> {
    const writes = await this.#removals(JobRecord.table, [asideName(job)])
    if (writes.length > 0) await this.#commit(writes, fences)
  }

  /**
   * Lets a plan whose state was built anew take over: from here on its checkpoint counts, and those before it are gone.
   *
   * @param slots how many checkpoints are kept
   * @param writes what its sinks put in the place of what was there
   * @throws {Failure} LeaseLost
   */
  async takeOver(
    job: KeptJob & { readonly checkpoint: Checkpoint },
    slots: number,
    writes: readonly Write[],
    fences: CallOptions['fences'],
  ): Promise<void> {
    const { name, plan, checkpoint } = job
    const where: Condition = { kind: 'compare', column: 'id', by: 'prefix', value: `${name}/` }
    const before = await findRecords<CheckpointRow>(this.database, JobCheckpointRecord, this.tenant, { where })
    const id = `${name}/${checkpoint.epoch % slots}`
    const gone = before.map((row) => row.id).filter((other) => other !== id)
    const at = new Date(this.#clock.now())
    const all: Write[] = [
      ...writes,
      this.#write(job),
      putWrite(JobCheckpointRecord, { id, plan, checkpoint: JSON.stringify(checkpoint), at }),
      ...(await this.#removals(JobCheckpointRecord.table, gone)),
      ...(await this.#removals(JobRecord.table, [asideName(name)])),
    ]
    await this.#commit(all, fences)
  }

  /** The letters that wait to be taken again by a job, oldest first. */
  async #queued(name: string, limit: number): Promise<readonly DeadLetter[]> {
    const where: Condition = { kind: 'compare', column: 'queuedFor', by: 'eq', value: name }
    const rows = await findRecords<LetterRow>(this.database, DeadLetterRecord, this.tenant, { where, limit })
    const letters = rows.map(async ({ id, command, origin, input, at, errors, replays = 0, record, masked }) => {
      const letter: DeadLetter = {
        id,
        command,
        ...(origin !== undefined && { origin }),
        input,
        tenant: this.tenant,
        at: at.getTime(),
        errors: errors as DeadLetter['errors'],
        replays,
        ...(record !== undefined && { record: record as DeadLetter['record'] }),
      }
      return masked ? this.whole(letter) : letter
    })
    // What cannot be decrypted waits until its keys are there again.
    return (await Promise.all(letters)).filter((letter) => letter !== undefined)
  }

  /** A letter that is masked, with all that was kept of it; undefined where that cannot be decrypted, or was not kept. */
  async whole(letter: DeadLetter): Promise<DeadLetter | undefined> {
    const { table, codec } = WholeDeadLetterRecord
    try {
      const [row] = await this.database.read(table, this.tenant, [letter.id])
      const secret = row && (codec.decode(row) as RecordOf<typeof WholeDeadLetterRecord>).secret
      return secret === undefined ? undefined : unsealedLetter(letter, secret)
    } catch (thrown) {
      if (thrown instanceof Defect && thrown.code === 'Undecryptable') return undefined
      throw thrown
    }
  }

  /** Removes letters. One that somebody dropped is gone already. */
  #dropped(ids: readonly string[]): Promise<Write[]> {
    return this.#removals(DeadLetterRecord.table, ids)
  }

  /** Removes the rows of some keys that are there. */
  async #removals(table: Table, keys: readonly string[]): Promise<Write[]> {
    const rows = await this.database.read(table, this.tenant, keys)
    return rows.flatMap((row, index): Write[] =>
      row ? [{ kind: 'delete', table, key: keys[index]!, version: row[0] }] : [],
    )
  }

  #write(job: KeptJob, text = job.checkpoint && JSON.stringify(job.checkpoint)): Write {
    const { name, state, plan, facts, checkpoint } = job
    const at = new Date(this.#clock.now())
    const epoch = checkpoint?.epoch ?? 0
    return putWrite(JobRecord, { name, state, plan, epoch, checkpoint: text, facts: JSON.stringify(facts), at })
  }

  async #commit(writes: readonly Write[], proofs: CallOptions['fences'] = []): Promise<void> {
    const fences = proofs.map((proof) => fenceOf(proof, this.tenant))
    const refused = await this.database.commit({ tenant: this.tenant, checks: [], writes, fences })
    if (refused?.kind === 'fenced') throw lostLease(refused.fence)
    if (refused) throw new CommitConflict()
  }
}

type LetterRow = RecordOf<typeof DeadLetterRecord>
type CheckpointRow = RecordOf<typeof JobCheckpointRecord>

/** A checkpoint with the plan that made it. */
export interface KeptCheckpoint {
  readonly plan: string
  readonly at: Date
  readonly checkpoint: Checkpoint
}

function decode(row: RecordOf<typeof JobRecord>): KeptJob {
  const { name, state, plan, checkpoint, facts } = row
  return {
    name,
    state: state as KeptJob['state'],
    plan,
    checkpoint: checkpoint === undefined ? undefined : (JSON.parse(checkpoint) as Checkpoint),
    facts: JSON.parse(facts) as JobFacts,
  }
}
