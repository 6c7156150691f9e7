import { createPorts } from '@heddle/core'
import type { AnyWorkflow } from '../define/types.ts'
import { codeFor } from './code.ts'
import { replayRun } from './fit.ts'
import { parseHistory } from './history-file.ts'

/** What a recorded history comes to with today's code. */
export type ReplayVerdict = { readonly ok: true } | { readonly ok: false; readonly because: string }

/**
 * Replays a history that `heddle runs export` gave against a workflow. Nothing is called. It shows that the code goes the way
 * that was recorded, not what it does afterwards.
 *
 * @param history the parsed JSON
 * @throws {TypeError} for a history of another workflow
 * @example
 * expect(await replayHistory(placeOrder, JSON.parse(readFileSync('histories/refunded.json', 'utf8')))).toEqual({ ok: true })
 */
export async function replayHistory(workflow: AnyWorkflow, history: unknown): Promise<ReplayVerdict> {
  const parsed = parseHistory(history)
  const { run } = parsed.stored
  if (run.workflow !== workflow.name)
    throw new TypeError(`the history is one of ${run.workflow}, not of ${workflow.name}`)
  const fit = await replayRun(codeFor(workflow, run), parsed, createPorts())
  return fit.ok ? fit : { ok: false, because: fit.because }
}
