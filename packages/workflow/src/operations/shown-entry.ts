import { failureFromJson, type KeptOutcome, mask, type OpenApp, type Schema, toJson, valueTypeOf } from '@heddle/core'
import { z } from 'zod'
import type { WorkflowFacts } from '../define/types.ts'
import type { Entry } from '../run/run.ts'
import { contentsOf, type Far, farOf, unopened } from '../value/far.ts'
import { shownFailure } from '../ways/run-status.ts'

/** The type of a line of a journal, as it is told. */
export const entryType = z.object({
  key: z.string(),
  kind: z.string(),
  at: z.iso.datetime(),
  afterMs: z.int().describe('Milliseconds since the line before, or since the start'),
  command: z.string().optional(),
  ok: z.boolean().optional().describe('Whether a step succeeded'),
  value: z.unknown().optional().describe('What its type marks is masked'),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
})

/** A line of a journal as it is told: what is marked is masked, and so is all of what has no type any more. */
export function shownEntry(app: OpenApp, facts: WorkflowFacts | undefined, entry: Entry, beforeMs: number) {
  const { key, kind, command, at } = entry
  return {
    key,
    kind,
    at: at.toISOString(),
    afterMs: Math.max(0, at.getTime() - beforeMs),
    ...(command !== undefined && { command }),
    ...shownValue(app, facts, entry),
  }
}

function shownValue(app: OpenApp, facts: WorkflowFacts | undefined, { kind, command, value, key }: Entry) {
  if (value === undefined) return {}
  const elsewhere = farOf(value)
  if (elsewhere) return { ...(kind !== 'signal' && { ok: true }), value: shownFar(elsewhere) }
  if (kind === 'step' || kind === 'child') {
    const known = kind === 'step' ? app.commands.get(command!) : undefined
    const kept = value as unknown as KeptOutcome
    if (!kept.ok) {
      const [first] = kept.errors
      return { ok: false, error: shownFailure(failureFromJson(known?.errors ?? {}, first!)) }
    }
    return { ok: true, ...(known && { value: masked(valueTypeOf(known), kept.value) }) }
  }
  if (kind === 'timer') return { value: new Date(Number(value)).toISOString() }
  if (kind !== 'signal') return { value }
  const { data, none } = value as { readonly data?: unknown; readonly none?: boolean }
  if (none) return { value: 'the time was over' }
  const type = facts?.signals[key.slice(key.lastIndexOf('/') + 1)]
  return type ? { value: masked(type, data) } : {}
}

/** What is told of a value that is kept elsewhere: how large it is. */
const shownFar = (value: Far): unknown => ({
  elsewhere: contentsOf(value).map(({ sizeBytes, type, name }) => ({
    sizeBytes,
    type,
    ...(name !== null && { name }),
  })),
})

/** A value of a type as it may be shown. */
export function masked(type: Schema, value: unknown): unknown {
  const elsewhere = unopened(value)
  return elsewhere ? shownFar(elsewhere) : toJson(mask(type, value))
}
