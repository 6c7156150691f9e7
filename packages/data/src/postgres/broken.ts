import type { Commit, Refusal } from '../database/database.ts'
import { isServerError, sqlState } from './errors.ts'

/** Something that a commit demanded and that is not so. */
export interface Broken {
  /** `lost`: a record has another version. */
  readonly kind: 'lost' | 'guard' | 'fence'
  /** Which commit of the group, counted from 0. */
  readonly unit: number
  /** Which of the commit's guards or fences, counted from 0. */
  readonly index: number
}

/**
 * Statements that find a demand broken fail by turning a text into a number that is none: so the transaction ends at
 * once, without another round trip, and the error tells which demands they were.
 */
export const brokenText = (kind: Broken['kind']) => `heddle ${kind} `

/** What stands for a demand in such a text. */
export const placeText = (unit: number, index: number) => `${unit}:${index}`

/** What an error says is broken; undefined when it is another error. */
export function brokenOf(error: unknown): Broken[] | undefined {
  if (!isServerError(error) || error.code !== sqlState.notANumber) return undefined
  const [, kind, places] = /heddle (lost|guard|fence) ([\d:,]+)/.exec(error.message) ?? []
  return places?.split(',').map((place) => {
    const [unit, index] = place.split(':').map(Number)
    return { kind: kind as Broken['kind'], unit: unit!, index: index! }
  })
}

/** What a commit that was alone is refused for. */
export function refusalOfBroken(broken: readonly Broken[], { fences = [] }: Commit): Refusal {
  const first = broken.reduce((least, one) => (one.index < least.index ? one : least))
  if (first.kind === 'guard') return { kind: 'guard', guard: first.index }
  return first.kind === 'fence' ? { kind: 'fenced', fence: fences[first.index]! } : { kind: 'conflict' }
}
