import { type Cache, memoryCache } from './cache.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Deployments, memoryDeployments } from './deployments.ts'
import { type DeadLetters, memoryDeadLetters } from './dead-letters.ts'
import type { Feed } from './feed.ts'
import type { History } from './history.ts'
import { type Idempotency, memoryIdempotency } from './idempotency.ts'
import { uuidV7 } from './ids.ts'
import type { Intercept } from './intercept.ts'
import { type Keys, noKeys } from './keys.ts'
import { jsonLog, type Log } from './log.ts'
import { memoryNotices, type Notices } from './notices.ts'
import { memoryPrincipals, type Principals } from './principals.ts'
import { type Random, systemRandom } from './random.ts'
import { memoryRateCounter, type RateCounter } from './rate-counter.ts'
import { memoryScheduler, type Scheduler } from './scheduler.ts'
import { noTelemetry, type Telemetry } from '../telemetry/telemetry.ts'
import { systemTimers, type Timers } from './timers.ts'
import { memoryTransactions, type Transactions } from './transactions.ts'

/** Everything that core asks of the world. Time, randomness and waiting come from nowhere else. */
export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
  readonly log: Log
  readonly scheduler: Scheduler
  readonly cache: Cache
  readonly rateCounter: RateCounter
  readonly notices: Notices
  readonly transactions: Transactions
  readonly idempotency: Idempotency
  readonly deadLetters: DeadLetters
  readonly deployments: Deployments
  /** Missing where no events are kept. */
  readonly feed?: Feed
  /** Missing where no calls are kept. */
  readonly history?: History
  readonly principals: Principals
  readonly keys: Keys
  /** What is observed. An app decides it when it is opened. */
  readonly telemetry: Telemetry
  /** Set in simulation; whoever provides a port that reaches outside passes it through. */
  readonly intercept?: Intercept
}

/** The machine's own time and randomness, and memory for the rest, but for what is given. */
export function createPorts(given: Partial<Ports> = {}): Ports {
  const {
    clock = systemClock,
    random = systemRandom,
    timers = systemTimers,
    log = jsonLog('info', undefined, clock),
  } = given
  return {
    clock,
    random,
    timers,
    log,
    scheduler: given.scheduler ?? memoryScheduler(clock, timers),
    cache: given.cache ?? memoryCache(clock),
    rateCounter: given.rateCounter ?? memoryRateCounter(clock),
    notices: given.notices ?? memoryNotices(),
    transactions: given.transactions ?? memoryTransactions,
    idempotency: given.idempotency ?? memoryIdempotency(clock),
    deadLetters:
      given.deadLetters ??
      memoryDeadLetters(
        () => uuidV7(clock, random),
        () => clock.now(),
      ),
    deployments: given.deployments ?? memoryDeployments(),
    feed: given.feed,
    history: given.history,
    principals: given.principals ?? memoryPrincipals(),
    keys: given.keys ?? noKeys,
    telemetry: given.telemetry ?? noTelemetry,
    intercept: given.intercept,
  }
}
