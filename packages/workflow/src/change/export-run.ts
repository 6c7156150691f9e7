import {
  castInput,
  castOutput,
  command,
  type Json,
  type KeptOutcome,
  mask,
  masked as maskText,
  type Schema,
  systemFailure,
  toJson,
  valueTypeOf,
} from '@heddle/core'
import { z } from 'zod'
import type { WorkflowFacts } from '../define/types.ts'
import type { Entry } from '../run/run.ts'
import { EnginePort } from '../ways/engine-port.ts'
import type { History } from './fit.ts'
import { formatHistory, historyFile } from './history-file.ts'

/** Gives the history of a run as a file that tests replay. */
export const exportRun = command('heddle.ExportRun', {
  summary: 'Give what a run was started with and what it has recorded, to be replayed in tests',
  description: 'What is marked is masked. Then what steps were called with is left out, too.',
  kind: 'query',
  input: z.object({ run: z.string() }),
  output: historyFile,
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input, ctx }) {
    const { engine, tenant } = ctx.use(EnginePort)
    const found = await engine.store.read(tenant, input.run)
    if (!found) throw systemFailure('RunNotFound', { run: input.run })
    const stored = await engine.store.openInput(found)
    const { entries } = await engine.store.journal(tenant, input.run)
    const facts = engine.factsFor(stored.run)
    // Nobody can tell what is marked in runs whose code is gone.
    if (!facts) throw systemFailure('UnknownCommand', { name: stored.run.workflow })
    const history: History = { stored, entries }
    return facts.isMarked ? maskedHistory(history, facts) : formatHistory(history)
  },
})

function maskedHistory({ stored, entries }: History, facts: WorkflowFacts) {
  const keys: string[] = []
  const input = maskedJson(facts.input, castInput(facts.input, stored.run.input, 'json'))
  if (isChanged(stored.run.input, input)) keys.push('input')
  const shown = entries.map((entry): Entry => {
    const value = maskedValue(entry, facts)
    if (!isChanged(entry.value, value)) return entry
    keys.push(entry.key)
    return { ...entry, value: { ...(value as object), masked: true } }
  })
  // The hash of what a step was called with would give a short secret away, and no replay could come to it.
  const blind = keys.length === 0 ? shown : shown.map((entry) => ({ ...entry, input: undefined }))
  return formatHistory({ stored: { ...stored, run: { ...stored.run, input } }, entries: blind }, keys)
}

function maskedValue({ kind, key, command: name, value }: Entry, facts: WorkflowFacts): Json | undefined {
  if (kind === 'signal') {
    const { data, none } = (value ?? {}) as { data?: Json; none?: boolean }
    const type = facts.signals[key.slice(key.lastIndexOf('/') + 1)]
    if (none) return value
    return { data: type ? maskedJson(type, castOutput(type, data ?? null)) : maskText }
  }
  if (kind !== 'step' && kind !== 'child') return value
  const kept = value as unknown as KeptOutcome
  if (!kept.ok)
    return { ok: false, errors: kept.errors.map((error) => ({ ...error, data: maskText })) } as unknown as Json
  const step = facts.steps.find((one) => one.name === name)
  if (!step) return { ok: true, value: maskText }
  const type = valueTypeOf(step)
  return { ok: true, value: maskedJson(type, castOutput(type, kept.value)) }
}

const maskedJson = (type: Schema, value: unknown): Json => toJson(mask(type, value)) as Json

const isChanged = (before: unknown, after: unknown): boolean => JSON.stringify(before) !== JSON.stringify(after)
