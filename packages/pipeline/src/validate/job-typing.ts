import type { Schema } from '@heddle/core'
import type { ScopeTypes, ValueType } from '../expression/index.ts'
import { unionOf } from '../expression/types/union-of.ts'
import type { Flow } from '../kinds/job-rule.ts'
import type { PlanPath } from '../plan/path.ts'
import type { PlanOperator } from './stream-sources.ts'
import type { Typing } from './typing.ts'

/** What is known of the key of a stream. */
export interface KeyType {
  /** Its parts by name, in the order in which they stand in it. */
  readonly fields: Readonly<Record<string, ValueType>>
  /** Whether it is a list of its parts, or the only one of them. */
  readonly isList: boolean
}

/** The type of `key` in expressions. */
export function typeOfKey(key: KeyType | undefined): ValueType {
  if (key === undefined) return { kind: 'null' }
  const parts = unionOf(Object.values(key.fields))
  return key.isList ? { kind: 'list', items: parts } : parts
}

/** What a typing rule is given in a job. */
export interface JobTyping extends Typing {
  /** The key of what the step reads; nothing before the first step that has one. */
  readonly key: KeyType | undefined
  /** Tells the key of what the step gives. Without it, that of what it reads. */
  rekey(key: KeyType | undefined): void
  /** The type of an aggregate expression over what the step reads. */
  aggregate(text: string, path: PlanPath, key: KeyType | undefined): ValueType
  /** Whether all that an aggregate expression keeps can do without a record again. */
  retracts(text: string): boolean
  /** The type of a stream that the settings name; told where there is none. */
  stream(name: string, path: PlanPath): ValueType
  /** Tells the type of a side output. Without it, that of what the step reads. */
  side(name: string, type: ValueType): void
  /** The type of the records of an entity; told where there is none. */
  entity(name: string, path: PlanPath): Schema | undefined
  /** The operator of a name that was given in code; told where there is none. */
  operator(name: string, path: PlanPath): PlanOperator | undefined
  /** Tells what a step takes and hands on where its settings alone do not say it. */
  flows(accepts: Flow | undefined, emits: Flow | 'same' | undefined): void
  /** Names that expressions may read: those of the place instead of `it`. */
  readonly scope: ScopeTypes
}
