import type { App, OpenApp } from '@heddle/core'
import type { News } from './faults.ts'

/** What is there before the cases of an app are called. */
export interface Prepared {
  /** What stands in the place of fields of an example: a run that is there. */
  fill?(command: string, outcome: string, example: Readonly<Record<string, unknown>>): object
}

/** An app whose commands are called over every surface. */
export interface Subject {
  readonly name: string
  /** The file that exports it, for the tool. */
  readonly file: string
  /** The app itself, anew each time: a surface of it is started once. */
  declare(tell: (news: News) => void): App
  /** Starts what it needs beside itself. */
  surroundings(): Promise<{ readonly environment: Readonly<Record<string, string>>; close(): Promise<unknown> }>
  /** Writes the records that its examples speak of. */
  prepare(app: OpenApp): Promise<Prepared>
}
