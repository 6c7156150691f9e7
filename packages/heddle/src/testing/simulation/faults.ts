import { type Random, seededRandom } from '@heddle/core'
import { hash } from './show.ts'

/**
 * What can happen to a port call: it fails before its effect, or after it (the answer is lost); or the app dies before
 * or after the effect.
 */
export const faults = ['failBefore', 'failAfter', 'crashBefore', 'crashAfter'] as const

/** One of the things that can happen to a port call. */
export type Fault = (typeof faults)[number]

/** What a simulation does to one port call. */
export interface Decision {
  /** How long the call is under way. */
  readonly delayMs: number
  readonly fault: Fault | undefined
  /** How long the answer is under way. */
  readonly answerDelayMs: number
}

/** Decides what happens to port calls and to clients' calls, one after the other. */
export interface FaultPlan {
  decide(port: string): Decision
  /** After how long a client sends the same call once more; undefined when it does not. */
  duplicate(): number | undefined
  /** How long a client waits between two things that it does. */
  pause(): number
}

/** How often things go wrong, 0 to 1: on average over many seeds, while a single seed has more or less of each kind. */
export interface FaultRates {
  /** Port calls that take time. @default 0.5 */
  readonly delay: number
  /** Port calls that fail before their effect. @default 0.01 */
  readonly failBefore: number
  /** Port calls that have their effect and whose answer is lost. @default 0.01 */
  readonly failAfter: number
  /** Port calls at which the app dies. @default 0.004 */
  readonly crash: number
  /** Calls that a client sends twice with the same idempotency key. @default 0.1 */
  readonly duplicate: number
}

const defaults: FaultRates = { delay: 0.5, failBefore: 0.01, failAfter: 0.01, crash: 0.004, duplicate: 0.1 }

/** Nothing goes wrong, though calls still overtake each other. */
const onlyDelays: FaultRates = { delay: 0.5, failBefore: 0, failAfter: 0, crash: 0, duplicate: 0 }

/** The longest usual delay, and what a rare long one multiplies it by. */
const longestMs = 20
const rareFactor = 50

/** Randomness for one purpose of a seed, so that more draws for one purpose change nothing for another. */
export const randomFor = (seed: number, purpose: string): Random => seededRandom(hash(`${purpose} of ${seed}`))

/**
 * The plan of a seed. Each seed first draws how much of each kind it has, some of none: a run without crashes gets
 * further than one with them, and finds other bugs (Groce et al., "Swarm Testing", ISSTA 2012).
 */
export function seededPlan(seed: number, given: Partial<FaultRates> | false = {}): FaultPlan {
  const random = randomFor(seed, 'faults')
  const rates = given === false ? onlyDelays : { ...defaults, ...given }
  const factor = () => [0, 0.5, 1, 2.5][Math.floor(random.next() * 4)]!
  const [before, after, crash] = [rates.failBefore * factor(), rates.failAfter * factor(), rates.crash * factor()]
  const duplicates = rates.duplicate * factor()
  const delay = () => (random.next() < rates.delay ? longish() : 0)
  const longish = () => Math.ceil(random.next() * longestMs) * (random.next() < 0.01 ? rareFactor : 1)

  return {
    decide() {
      const chance = random.next()
      const fault =
        chance < before
          ? 'failBefore'
          : chance < before + after
            ? 'failAfter'
            : chance < before + after + crash
              ? (['crashBefore', 'crashAfter'] as const)[Math.floor(random.next() * 2)]
              : undefined
      return { delayMs: delay(), fault, answerDelayMs: delay() }
    },
    duplicate: () => (random.next() < duplicates ? longish() - 1 : undefined),
    pause: () => longish(),
  }
}

/** The plan of a systematic test: one fault at the nth port call, and nothing else. Counts on. */
export function nthCallPlan(nth: number, fault: Fault): FaultPlan & { readonly ports: readonly string[] } {
  const ports: string[] = []
  return {
    ports,
    decide(port) {
      ports.push(port)
      return { delayMs: 0, fault: ports.length === nth ? fault : undefined, answerDelayMs: 0 }
    },
    duplicate: () => undefined,
    pause: () => 1,
  }
}
