import type { Key } from '../record/record.ts'
import type { KeyFunction } from './functions.ts'

/** What stays where no other record was found: nothing, the left one, or that of either side. */
export type JoinKind = 'inner' | 'left' | 'full'

/** Makes the result of a pair; null where there is no record of a side. */
export type GivePair = (left: unknown, right: unknown, time: number, key: Key | undefined) => unknown

/** What all joins have. The left side is the input 0, the right one the input 1. */
export interface JoinOptions {
  /** The key of a left record. Without it, the key that a step before has given. */
  readonly by?: KeyFunction
  /** The key of a right record: records with equal keys are joined. @default `by` */
  readonly withBy?: KeyFunction
  /** @default 'inner' */
  readonly kind?: JoinKind
  /** @default both, as `left` and `right` */
  readonly give?: GivePair
}

/** The keys of both inputs. */
export const joinKeys = ({ by, withBy = by }: JoinOptions): readonly [KeyFunction, KeyFunction] | undefined =>
  by === undefined || withBy === undefined ? undefined : [by, withBy]

/** A pair as it is. */
export const pair: GivePair = (left, right) => ({ left, right })
