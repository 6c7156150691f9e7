import { z } from 'zod'
import { blob } from '../blob/blob-type.ts'
import { withSecret } from '../encryption/encrypted-columns.ts'
import { entity } from '../entity/entity.ts'
import type { Change } from '../migration/change.ts'

// What most rows lack when they are inserted comes last, so that it need not be told.
const runFields = {
  id: z.string(),
  /** The workflow that runs, or the command of a job. */
  workflow: z.string(),
  /** Of the code that the run goes on with. */
  version: z.string(),
  /** `ready`, `running`, `waiting`, `paused`, `parked`, `blocked`; ended: `succeeded`, `failed`, `cancelled`. */
  state: z.string(),
  queue: z.string(),
  /** JSON, as `outcome` and `facts` are. */
  input: z.string(),
  createdAt: z.date(),
  /** The process that runs it. */
  worker: z.string().optional(),
  /** What was asked of it and what it says of itself: options, what it waits for, why it was parked. */
  facts: z.string().optional(),
  principal: z.string().optional(),
  /** When it goes on by itself. Missing while nothing but a signal or an operator brings it on. */
  wakeAt: z.date().optional(),
  /** The queue, tenant and key among whose runs it waits for its turn. Set only while it is ready. */
  lane: z.string().optional(),
  /** Its place in its lane: the least is first. */
  rank: z.number().optional(),
  /** The run that started it, and under which key of its journal. */
  parent: z.string().optional(),
  parentKey: z.string().optional(),
  /** Its value or its errors. */
  outcome: z.string().optional(),
  endedAt: z.date().optional(),
  /** How often the process of its worker died since it last got further. */
  deaths: z.int().optional(),
  /** How many entries its journal had at the last death. */
  mark: z.int().optional(),
  /** How often a process took it up: what another one still has of it in its memory is not true any more. */
  claims: z.int().optional(),
  /** Its state where that is nowhere else to be counted: neither has it a lane or a worker, nor has it ended. */
  rests: z.string().optional(),
}

/** One execution of a workflow or a job. */
export const RunRecord = entity('heddle.Run', {
  key: 'id',
  fields: runFields,
  indexes: [
    { fields: ['wakeAt'], acrossTenants: true, sparse: true },
    { fields: ['lane', 'rank'], acrossTenants: true, sparse: true },
    { fields: ['worker'], acrossTenants: true, sparse: true },
    { fields: ['endedAt'], acrossTenants: true, sparse: true },
    { fields: ['workflow', 'id'], acrossTenants: true },
    { fields: ['rests'], acrossTenants: true, sparse: true },
  ],
})

/** One line of a run's journal. Its key is the run's id, `/` and its number in six digits of base 36. */
export const EntryRecord = entity('heddle.Entry', {
  key: 'id',
  fields: {
    id: z.string(),
    /** The path of its scopes and its id, e.g. `orders[o-17]/charge`. */
    key: z.string(),
    /** What was asked for: `step`, `timer`, `signal`, `child`, `now` … */
    kind: z.string(),
    command: z.string().optional(),
    /** The hash of what was passed in. */
    input: z.string().optional(),
    /** JSON. */
    value: z.string().optional(),
    at: z.date(),
  },
})

/** What was sent to a run and is not taken yet. Its key is the run's id, `/` and an id of its own. */
export const SignalRecord = entity('heddle.Signal', {
  key: 'id',
  fields: { id: z.string(), name: z.string(), data: z.string().optional(), at: z.date() },
})

/** Contents that a run holds, for as long as it is kept. Its key is the run's id, `/` and an id of its own. */
export const HeldRecord = entity('heddle.Held', {
  key: 'id',
  fields: { id: z.string(), contents: z.array(blob()) },
})

/** A time table by which runs are started. */
export const ScheduleRecord = entity('heddle.Schedule', {
  key: 'name',
  fields: {
    name: z.string(),
    /** Up to which planned time runs were started. */
    last: z.date(),
    /** The next planned time. Missing while it is paused, and when there is none. */
    due: z.date().optional(),
    paused: z.boolean(),
    /** JSON: what it starts and by which times, and what is known of its last run. */
    facts: z.string(),
  },
  indexes: [{ fields: ['due'], acrossTenants: true, sparse: true }],
})

/** What a queue remembers over processes and restarts: the runs that it let begin, for its rate, and whether it is paused. */
export const QueueRecord = entity('heddle.Queue', {
  key: 'name',
  fields: {
    name: z.string(),
    /** JSON: how many began in which stretch of time. */
    began: z.string(),
    /** Nothing begins until somebody resumes it. */
    paused: z.boolean().optional(),
  },
})

/** The same as `RunRecord`, for workflows in which something is marked: encrypted where it is kept. */
export const SecretRunRecord = withSecret(withSecret(RunRecord, 'input'), 'outcome')
/** The same as `EntryRecord`, encrypted. */
export const SecretEntryRecord = withSecret(EntryRecord, 'value')
/** The same as `SignalRecord`, encrypted. */
export const SecretSignalRecord = withSecret(SignalRecord, 'data')

/** The migration that brings the tables of durable work. */
export const workMigration: readonly Change[] = [
  RunRecord,
  EntryRecord,
  SignalRecord,
  HeldRecord,
  ScheduleRecord,
  QueueRecord,
].map(({ table }) => ({ change: 'addTable', table }))
