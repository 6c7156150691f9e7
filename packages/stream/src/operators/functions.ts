import type { Key } from '../record/record.ts'

/** A value made of a record; what an expression over `it`, `time` and `key` becomes. */
export type RecordFunction<Value = unknown> = (value: unknown, time: number, key: Key | undefined) => Value

/** Whether something is true of a record. */
export type Condition = RecordFunction<boolean>

/** The key of a record. */
export type KeyFunction = (value: unknown, time: number) => Key
