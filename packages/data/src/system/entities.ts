import { sensitive } from '@heddle/core'
import { z } from 'zod'
import { withSecret } from '../encryption/encrypted-columns.ts'
import { entity } from '../entity/entity.ts'

/** The tenant of rows that belong to the whole database. */
export const systemTenant = ''

/** The shape of each entity's table, as it is in this database. */
export const TableRecord = entity('heddle.Table', { key: 'name', fields: { name: z.string(), shape: z.unknown() } })

/** A migration file that was applied, or the part of it that was. */
export const MigrationRecord = entity('heddle.Migration', {
  key: 'number',
  fields: {
    number: z.int(),
    name: z.string(),
    checksum: z.string(),
    steps: z.int(),
    done: z.boolean(),
    at: z.date(),
  },
})

/** The recorded answer of a call that had an idempotency key. */
export const AnswerRecord = entity('heddle.Answer', {
  key: 'address',
  fields: { address: z.string(), inputHash: z.string(), answer: z.string(), at: z.date() },
  indexes: [{ fields: ['at'], acrossTenants: true }],
})

/** The same, for an answer in which something is marked. */
export const SecretAnswerRecord = withSecret(AnswerRecord, 'answer')

const letterFields = {
  id: z.string(),
  command: z.string(),
  origin: z.string().optional(),
  /** With what is marked in it masked. */
  input: z.unknown(),
  errors: z.array(z.unknown()),
  at: z.date(),
  /** Whether something is masked in the input. */
  masked: z.boolean().optional(),
  /** How many replays failed. */
  replays: z.int().optional(),
}

const jobLetterFields = {
  /** What a job needs beside the input to take its record again. */
  record: z.unknown().optional(),
  /** The job that is to take its record again, while it waits for that. */
  queuedFor: z.string().optional(),
}

const letterIndexes = [
  { fields: ['command', 'id'] },
  { fields: ['at'], acrossTenants: true },
  { fields: ['queuedFor', 'id'] },
] as const

/** A call or record that failed for good, without what is secret in it. */
export const DeadLetterRecord = entity('heddle.DeadLetter', {
  key: 'id',
  fields: { ...letterFields, ...jobLetterFields },
  indexes: letterIndexes,
})

/** The same with the whole input, where something in it is masked and there were keys to encrypt it with. */
export const WholeDeadLetterRecord = entity('heddle.DeadLetter', {
  key: 'id',
  fields: { ...letterFields, secret: sensitive(z.unknown(), { encrypt: true }).optional(), ...jobLetterFields },
  indexes: letterIndexes,
})

/** A manifest that was deployed. */
export const DeploymentRecord = entity('heddle.Deployment', {
  key: 'id',
  /** The hash is missing in those of before it was kept: nobody finds them by it. */
  fields: { id: z.string(), manifest: z.unknown(), at: z.date(), hash: z.string().optional() },
  indexes: [{ fields: ['hash'] }],
})

/** The one app that the database is of. */
export const AppRecord = entity('heddle.App', { key: 'key', fields: { key: z.string(), name: z.string() } })
