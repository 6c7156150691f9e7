import type { App, Clock, Timers, Transactions } from '@heddle/core'

/** What a check found, and what to do about it. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  readonly advice?: string
}

/** What a check may look at. */
export interface Patient {
  readonly folder: string
  /** The folder of the app itself. */
  readonly root: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly timers: Timers
  /** @throws {Failure} InvalidAppFile */
  app(): Promise<App>
  /** Those of the app in which the doctor runs. */
  readonly transactions?: Transactions
}

/** Looks at one thing. It never throws: what it cannot find out is a finding too. */
export type Check = (patient: Patient) => Finding | Promise<Finding>

/** All is well. */
export const ok = (name: string, detail: string): Finding => ({ name, status: 'ok', detail })
/** It works, but not for long or not as it should. */
export const warn = (name: string, detail: string, advice: string): Finding => ({
  name,
  status: 'warn',
  detail,
  advice,
})
/** It does not work. */
export const fail = (name: string, detail: string, advice: string): Finding => ({
  name,
  status: 'fail',
  detail,
  advice,
})

/** What something that was thrown says. */
export const messageOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown)
