import { type App, type Json, type OpenApp, toJson } from '@heddle/core'
import { settled } from '@heddle/core/testing'
import type { ValueChange } from '@heddle/pipeline'
import { testApp, type TestApp } from '../testing/test-app.ts'
import type { TestCase } from './case-file.ts'

/** How one case went. */
export interface CaseReport {
  readonly name: string
  readonly ok: boolean
  /** What differs, a line each. */
  readonly differences: readonly string[]
}

/** Runs each case in an app of its own, over memory and in virtual time. */
export async function* runCases(app: App, pipeline: string, cases: readonly TestCase[]): AsyncGenerator<CaseReport> {
  const { valueChanges } = await import('@heddle/pipeline')
  for (const [index, one] of cases.entries()) {
    const open = await testApp(app)
    try {
      const differences = [...(await differencesOf(open, pipeline, one, valueChanges))]
      yield { name: one.name ?? `case ${index + 1}`, ok: differences.length === 0, differences }
    } finally {
      await open.close()
    }
  }
}

type Compare = (before: Json | undefined, after: Json | undefined) => readonly ValueChange[]

async function differencesOf(open: TestApp, pipeline: string, one: TestCase, compare: Compare): Promise<string[]> {
  for (const { call, input } of one.before) {
    const outcome = await inTime(open, open.callByName(call, input))
    if (!outcome.ok) return [`${call}, which comes before, failed: ${told(outcome.errors)}`]
  }
  const outcome = await inTime(open, open.callByName(pipeline, one.input))
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

/** How many times the clock is moved for one call (limit `test.waits`). */
const waitLimit = 100_000

/** Moves the time whenever nothing else can go on, until a call has ended. */
async function inTime(
  { time }: TestApp,
  call: ReturnType<OpenApp['callByName']>,
): Promise<Awaited<ReturnType<OpenApp['callByName']>>> {
  let ended = false
  void call.finally(() => (ended = true))
  await settled()
  for (let waits = 0; !ended && waits < waitLimit; waits++) {
    const next = time.next()
    if (next === undefined) break
    await time.advanceTo(next)
  }
  return call
}
