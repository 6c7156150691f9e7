import type { Key } from '../record/record.ts'
import type { Condition, KeyFunction } from './functions.ts'

/** A record, or several, that a pattern looks for. */
export interface PatternElement {
  readonly name: string
  readonly condition: Condition
  /** @default 1 */
  readonly min?: number
  /** Infinity for as many as come. @default `min` */
  readonly max?: number
  /** Whether it may be missing altogether. @default false */
  readonly optional?: boolean
}

/** A record that must not come at this place. */
export interface PatternGap {
  readonly not: Condition
}

/** The records that were found: a value where the element is one record, else a list; null where it was left out. */
export type Found = Readonly<Record<string, unknown>>

/** What is looked for. */
export interface PatternOptions {
  /** Without it, the key that a step before has given. */
  readonly by?: KeyFunction
  /** In the order of event time. It begins with an element; a gap at the end holds until the time is over. */
  readonly sequence: readonly (PatternElement | PatternGap)[]
  /** Whether other records of the key may stand between those that are found. @default 'relaxed' */
  readonly contiguity?: 'relaxed' | 'strict'
  /** From the first record to the last at most. */
  readonly withinMs: number
  /** Where the next find may begin: behind the last record of one, or with the record after its first. @default 'past' */
  readonly skip?: 'past' | 'next'
  /** @default the records by their names */
  readonly give?: (found: Found, time: number, key: Key | undefined) => unknown
}

/** Whether what stands in a sequence is a gap. */
export const isGap = (one: PatternElement | PatternGap): one is PatternGap => 'not' in one
