import type { Schema } from '@heddle/core'
import type { z } from 'zod'
import type { ValueType } from '../expression/index.ts'
import type { Flow } from '../kinds/job-rule.ts'

/** A kind of source, as far as the check of a plan needs it. */
export interface PlanSourceKind {
  readonly name: string
  readonly config: z.ZodType
  /** The field that a bare value stands for. */
  readonly short?: string
  /** Opens nothing: it says what is known of a source with these settings. */
  create(config: unknown): PlanSource
}

/** What is known of a source. */
export interface PlanSource {
  readonly bounded: boolean
  /** The type of its records, where the plan does not state it. */
  readonly type?: ValueType
  /** The type of the keys that it gives to its records; without it, they have none. */
  readonly key?: ValueType
  /** Whether it may withdraw records. @default 'append' */
  readonly emits?: Flow
}

/** A kind of sink, as far as the check of a plan needs it. */
export interface PlanSinkKind {
  readonly name: string
  readonly config: z.ZodType
  readonly short?: string
  create(config: unknown, type: ValueType, input: PlanSinkInput): PlanSink
}

/** What is known of the records that a sink is given, beside their type. */
export interface PlanSinkInput {
  readonly flow: Flow
  /** The fields by which a result replaces an older one: those of a group, and the start of a window. */
  readonly keys?: readonly string[]
  /** False where it is sure that no record has a key. */
  readonly mayHaveKeys?: boolean
}

/** What is known of a sink. */
export interface PlanSink {
  readonly accepts: Flow
  /** What it takes, where that is known. */
  readonly type?: ValueType
}

/** An operator that is given in code, as far as the check of a plan needs it. */
export interface PlanOperator {
  readonly config?: z.ZodType
  /** The type of what it gives. */
  readonly output?: Schema
  readonly accepts?: Flow
  readonly emits?: Flow | 'same'
  readonly sides?: readonly string[]
}

/** An entity whose records enrich others. */
export interface PlanEntity {
  /** The type of a record. */
  readonly schema: Schema
}
