import { Defect, systemFailure } from '@heddle/core'
import { z } from 'zod'
import type { TopicDescription, TopicOptions } from './log.ts'

/** A topic's name is that of a folder: letters, digits, dots, hyphens and underscores. */
const topicName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/)

/** What `topic.json` of a topic holds, and what `createTopic` is given. */
export const topicSettings = z.strictObject({
  partitions: z.int().min(1).max(10_000).default(1),
  retention: z
    .strictObject({ maxAgeMs: z.int().positive().optional(), maxBytes: z.int().positive().optional() })
    .default({}),
  compaction: z.boolean().default(false),
  compression: z.enum(['none', 'gzip', 'zstd']).default('none'),
})

/** Checks name and settings, and fills in what is not given. @throws {Defect} InvalidDefinition */
export function topicOf(name: string, options: TopicOptions = {}): TopicDescription {
  if (!topicName.safeParse(name).success) {
    const reason =
      'its name needs 1 to 200 letters, digits, dots, hyphens or underscores, of which the first is a letter or digit'
    throw new Defect('InvalidDefinition', { name: `The topic "${name}"`, reason })
  }
  const settings = topicSettings.safeParse(options)
  if (settings.success) return { name, ...settings.data }
  const [issue] = settings.error.issues
  const reason = `${issue!.path.join('.') || 'options'}: ${issue!.message}`
  throw new Defect('InvalidDefinition', { name: `The topic "${name}"`, reason })
}

/** @throws {Failure} TopicExists where the topic that is there is kept in another way */
export function checkSame(there: TopicDescription, asked: TopicDescription): void {
  const told = (value: unknown) => JSON.stringify(value)
  const keys = ['name', 'partitions', 'retention', 'compaction', 'compression'] as const
  const changes = keys
    .filter((key) => !isSame(there[key], asked[key]))
    .map((key) => `${key} is ${told(there[key])}, not ${told(asked[key])}`)
  if (changes.length > 0) throw systemFailure('TopicExists', { topic: there.name, changes: changes.join('; ') })
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => left[key] === right[key])
}

/** The failure for a topic that is not there. */
export const unknownTopic = (topic: string, known: readonly string[]) =>
  systemFailure('UnknownTopic', { topic, known: known.length === 0 ? 'none' : known.toSorted().join(', ') })

/** @throws {Failure} UnknownPartition */
export function checkPartition({ name, partitions }: TopicDescription, partition: number): void {
  if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
    throw systemFailure('UnknownPartition', { topic: name, partition, partitions, last: partitions - 1 })
  }
}
