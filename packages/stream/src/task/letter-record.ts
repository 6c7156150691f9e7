import { type DeadLetter, type Json, toJson } from '@heddle/core'
import type { Key, Weight } from '../record/record.ts'
import { decode, encode, Unwritable } from '../state/file/encode.ts'
import { keyOfText, keyText } from '../state/key-text.ts'

/** What a dead letter keeps of its record beside the input, as plain JSON. */
export interface LetterRecord {
  readonly of: 'source' | 'step' | 'sink'
  /** How it was called. */
  readonly name: string
  readonly time?: number
  readonly key?: string
  readonly weight?: -1
  /** From which input of the step it came. @default 0 */
  readonly input?: number
  /** The value, where the input that is shown lacks something of it, e.g. that it holds a date. */
  readonly value?: string
  /** Of a source: its value was read, and only then it was refused. */
  readonly isRead?: true
  /** Of a row of CSV that could not be read: what its fields are called. */
  readonly columns?: readonly string[]
}

/** A record that became a letter. */
export interface LostRecord {
  readonly of: LetterRecord['of']
  readonly name: string
  readonly value: unknown
  readonly time?: number
  readonly key?: Key | undefined
  readonly weight?: Weight
  readonly input?: number
  readonly isRead?: true
  readonly columns?: readonly string[]
}

/** What is kept of a record; nothing of one that cannot be written down. */
export function letterRecord(lost: LostRecord): Json | undefined {
  const { of, name, value, time, key, weight, input, isRead, columns } = lost
  const text = textOf(value)
  if (text === undefined) return undefined
  const kept: LetterRecord = {
    of,
    name,
    ...(time !== undefined && Number.isFinite(time) && { time }),
    ...(key !== undefined && { key: keyText(key) }),
    ...(weight === -1 && { weight }),
    ...(input !== undefined && input > 0 && { input }),
    ...(text.startsWith('~') && { value: text }),
    ...(isRead && { isRead }),
    ...(columns && { columns }),
  }
  return toJson(kept)
}

/** What a letter keeps of its record; undefined where nothing is kept. */
export const recordIn = ({ record }: DeadLetter): LetterRecord | undefined => record as LetterRecord | undefined

/** The value of a letter's record. */
export const valueIn = ({ input }: DeadLetter, { value }: LetterRecord): unknown =>
  value === undefined ? input : decode(value, [])

/** The key of a letter's record. */
export const keyIn = ({ key }: LetterRecord): Key | undefined => (key === undefined ? undefined : keyOfText(key))

function textOf(value: unknown): string | undefined {
  try {
    return encode(value, [])
  } catch (thrown) {
    if (thrown instanceof Unwritable) return undefined
    throw thrown
  }
}
