import {
  type DeadLetter,
  Defect,
  type DeadLetters,
  type Json,
  type OpenApp,
  type Port,
  systemFailure,
} from '@heddle/core'
import { z } from 'zod'
import type { Subject } from '../subject.ts'

/**
 * Tells that a query reads dead letters, so that whoever watches it is told when there are others. It gives nothing: the
 * letters are those of the app that `SubjectPort` knows.
 */
export const LettersRead: Port<undefined> = {
  kind: 'port',
  name: 'heddle.LettersRead',
  external: false,
  reads: () => ['heddle.DeadLetter'],
  bind: () => undefined,
}

/** A dead letter in a list. */
export const listedType = z.object({
  id: z.string(),
  command: z.string(),
  origin: z.string().optional().describe('Where the input came from'),
  at: z.iso.datetime(),
  code: z.string().describe('Of its first error'),
  message: z.string(),
  replays: z.int().describe('How many replays of it failed'),
  queuedFor: z.string().optional().describe('The job that is to take its record again, while it waits for that'),
  lacksInput: z
    .literal(true)
    .optional()
    .describe('Its whole input was not kept, for lack of keys to encrypt it with: it cannot be replayed'),
})

/** A dead letter with all that may be shown of it. */
export const letterType = listedType.extend({
  input: z.unknown().describe('What its type marks is masked'),
  columns: z
    .array(z.string())
    .optional()
    .describe('What the fields of its input are called, where that is a row of CSV'),
  errors: z.array(z.unknown()),
})

/** A letter as it is listed. */
export function listed(letter: DeadLetter): z.infer<typeof listedType> {
  const {
    id,
    command,
    origin,
    at,
    replays,
    lacksInput,
    queuedFor,
    errors: [first],
  } = letter
  const { code = 'Internal', message = '' } = first ?? {}
  return {
    id,
    command,
    origin,
    at: new Date(at).toISOString(),
    code,
    message,
    replays,
    ...(queuedFor !== undefined && { queuedFor }),
    ...(lacksInput && { lacksInput }),
  }
}

/** A letter as it is shown. */
export function shown(letter: DeadLetter): z.infer<typeof letterType> {
  const { columns } = (letter.record ?? {}) as { readonly columns?: readonly string[] }
  return {
    ...listed(letter),
    input: letter.input as Json,
    ...(columns && { columns: [...columns] }),
    errors: [...letter.errors],
  }
}

/** Whether a letter is the record of a job: its place there is a step, a source or a sink. */
export const isOfJob = ({ command: place }: DeadLetter): boolean => place.includes('/')

/** The letters of the app in which a command runs, and that app. */
export function lettersOf({ running }: Subject): { readonly running: OpenApp; readonly letters: DeadLetters } {
  if (!running) throw new Defect('MissingPart', { name: 'heddle.DeadLetters', missing: 'an open app' })
  return { running, letters: running.ports.deadLetters }
}

/** @throws {Failure} NotFound */
export async function letterOrThrow(letters: DeadLetters, tenant: string, id: string): Promise<DeadLetter> {
  const letter = await letters.get(tenant, id)
  if (!letter) throw systemFailure('NotFound', { entity: 'dead letter', key: id })
  return letter
}
