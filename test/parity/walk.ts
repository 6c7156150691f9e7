import { EventEmitter, on } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, type OpenApp } from '@heddle/core'
import { type Case, casesOf, sectionsOf } from './cases.ts'
import type { Door, Driver } from './driver.ts'
import type { News } from './faults.ts'
import { staff } from './principals.ts'
import type { Prepared, Subject } from './subject.ts'

/** What the caller of a case was told. */
export type Came = Awaited<ReturnType<Door['call']>>

/** What came of the cases of an app over one surface. */
export interface Walk {
  readonly driver: Driver
  readonly app: OpenApp
  readonly prepared: Prepared
  readonly cases: readonly Case[]
  /** What callers were told, in the order of the cases. */
  readonly outcomes: readonly Came[]
  /** How the calls ended that their callers left, in their order. */
  readonly left: readonly unknown[]
  close(): Promise<void>
}

/** The surface and the transport in one word. */
export const nameOf = ({ surface, transport }: Driver): string =>
  transport === undefined ? surface : `${surface} ${transport}`

/** Opens an app with data of its own and makes every call over one surface, one after the other. */
export async function walk(subject: Subject, driver: Driver): Promise<Walk> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-parity-'))
  const around = await subject.surroundings()
  const told = new EventEmitter()
  const tell = (news: News) => void told.emit('news', news)
  const app = await subject.declare(tell).open({ folder, environment: around.environment, ports: { log: memoryLog() } })
  await app.start()
  const prepared = await subject.prepare(app)
  const url = app.parts.flatMap((part) => ('url' in part ? [part.url as string] : []))[0]!
  const door = await driver.open({ subject, app, url, folder, environment: around.environment, people: staff, tell })
  const cases = sectionsOf(app.manifest).flatMap((section) => casesOf(section, prepared))
  const outcomes: Came[] = []
  const left: unknown[] = []
  for (const each of cases) {
    const came = each.leaves ? leave(door, each, told, left) : call(door, each)
    outcomes.push(await within(came, `${each.command} by ${each.as} (${each.outcome}) over ${nameOf(driver)}`))
  }
  return {
    driver,
    app,
    prepared,
    cases,
    outcomes,
    left,
    async close() {
      await door.close()
      await app.close()
      await around.close()
    },
  }
}

/** Far more than a call takes: one that never ends is named. */
const patienceMs = 60_000

function within<Value>(coming: Promise<Value>, what: string): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} does not end`)), patienceMs)
  return Promise.race([coming, promise]).finally(() => clearTimeout(timer))
}

const call = (door: Door, { command, input, as, timeoutMs, outcome }: Case) =>
  door.call(command, input, { as, timeoutMs, key: outcome === 'success' ? `case ${command}` : undefined })

/** Calls, leaves when the body would begin, and waits for how the call ends. */
async function leave(door: Door, { command, input, as }: Case, told: EventEmitter, left: unknown[]): Promise<Came> {
  const leaving = new AbortController()
  const ended = endOf(told, () => leaving.abort())
  const outcome = await door.call(command, input, { as, signal: leaving.signal })
  if (outcome !== 'nowhere') left.push(await ended)
  return outcome
}

async function endOf(told: EventEmitter, reached: () => void): Promise<unknown> {
  for await (const [news] of on(told, 'news') as AsyncIterable<[News]>) {
    if ('ended' in news) return news.ended
    reached()
  }
  return undefined
}
