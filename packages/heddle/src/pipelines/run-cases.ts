import { type App, type Json, toJson } from '@heddle/core'
import type { ValueChange } from '@heddle/pipeline'
import { didYouMean, suggest, usageFailure } from '@heddle/serve'
import { testApp, type TestApp } from '../testing/test-app.ts'
import type { TestCase } from './case-file.ts'
import { inTime } from './in-time.ts'
import { runOutcome } from './run-outcome.ts'

/** How one case went. */
export interface CaseReport {
  readonly name: string
  readonly ok: boolean
  /** What differs, a line each. */
  readonly differences: readonly string[]
}

/** What is run: a pipeline, or a workflow with the command that waits for its runs. */
interface Tried {
  readonly name: string
  readonly awaits: string | undefined
}

/**
 * Runs each case in an app of its own, over memory and in virtual time.
 *
 * @throws {Failure} InvalidUsage, for a signal to a workflow that the app does not have
 */
export async function* runCases(app: App, tried: Tried, cases: readonly TestCase[]): AsyncGenerator<CaseReport> {
  const { valueChanges } = await import('@heddle/pipeline')
  assertReachable(app, cases)
  for (const [index, one] of cases.entries()) {
    const open = await testApp(app)
    try {
      const differences = [...(await differencesOf(open, tried, one, valueChanges))]
      yield { name: one.name ?? `case ${index + 1}`, ok: differences.length === 0, differences }
    } finally {
      await open.close()
    }
  }
}

/** A signal to what is not there would wait for ever, and the case be told as wrong for another reason, or pass. */
function assertReachable(app: App, cases: readonly TestCase[]): void {
  const names = app.parts().parts.flatMap(({ kind, name }) => (kind.name === 'workflow' ? [name] : []))
  for (const [index, { signals }] of cases.entries()) {
    for (const [at, { of }] of signals.entries()) {
      if (of === undefined || names.includes(of)) continue
      const hint = didYouMean(suggest(of, names))
      throw usageFailure(`${index}/signals/${at}/of: the app has no workflow "${of}"${hint}`)
    }
  }
}

type Compare = (before: Json | undefined, after: Json | undefined) => readonly ValueChange[]

async function differencesOf(open: TestApp, tried: Tried, one: TestCase, compare: Compare): Promise<string[]> {
  for (const { call, input } of one.before) {
    const outcome = await inTime(open, open.callByName(call, input, { from: 'json' }))
    if (!outcome.ok) return [`${call}, which comes before, failed: ${told(outcome.errors)}`]
  }
  const given = await inTime(open, open.callByName(tried.name, one.input, { from: 'json' }))
  const outcome =
    tried.awaits !== undefined && given.ok ? await runOutcome(open, tried.awaits, given.value, one) : given
  if (typeof outcome === 'string') return [outcome]
  if (one.error !== undefined) {
    if (outcome.ok) return [`expected the failure ${one.error}, got ${JSON.stringify(outcome.value)}`]
    return outcome.errors.some(({ code }) => code === one.error)
      ? []
      : [`expected the failure ${one.error}, got ${told(outcome.errors)}`]
  }
  if (!outcome.ok) return [`failed: ${told(outcome.errors)}`]
  return compare(one.value, toJson(outcome.value) as Json).map(({ path, before, after }) => {
    const at = path.length === 0 ? 'the value' : path.join('/')
    return `${at}: expected ${shown(before)}, got ${shown(after)}`
  })
}

const told = (errors: readonly { readonly key: string; readonly message: string }[]) =>
  errors.map(({ key, message }) => `${key} ${message}`).join('; ')

const shown = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value))
