import { z } from 'zod'
import { isStream } from '../command/stream-output.ts'
import { hashOf } from '../manifest/hash.ts'
import { success } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { castOutput } from '../schema/cast.ts'
import { parseDuration } from '../schema/duration.ts'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import type { Schema } from '../schema/schema.ts'
import { toJson } from '../schema/to-json.ts'
import { systemErrors } from '../error/codes.ts'
import { cacheKey } from './cache-key.ts'
import { type Flight, taggedCache, tagsFor, unfillable } from './cache-tags.ts'
import { duration } from './config-types.ts'
import { frozen } from './frozen.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { AnyOutcome, Apply, Policy, PolicyCall, PolicyHost } from './policy.ts'

const config = z.object({
  ttl: duration.describe('How long an answer is remembered'),
  tags: z.array(z.string().min(1)).default([]).describe('Under which it is forgotten early; {field} of the input'),
  per: z
    .enum(['principal', 'tenant'])
    .default('principal')
    .describe('tenant: all callers of a tenant share answers, so the command must not look at who calls'),
  commands: z.boolean().default(false).describe('Consent to cache what is no query'),
})

/** The kind of `cache`. */
export const cacheKind = definePolicy({
  name: 'cache',
  summary: 'Remembers answers for a while',
  config,
  short: 'ttl',
  create: (given): Policy => ({
    name: 'cache',
    config: given,
    refuses({ kind, input, output, access }) {
      if (kind === 'command' && !given.commands) return 'only a query is cached; say `commands: true` if you mean it'
      if (isStream(output)) return 'a streamed output is not cached'
      if (given.per === 'tenant' && typeof access === 'function') return 'a rule decides for each principal apart'
      return unfillable(given.tags, input)
    },
    open: (host) => cached(given, host),
  }),
})

/**
 * Remembers what a query answered, by command, input, tenant and principal; answers of failed calls are not kept. Callers
 * who ask the same at the same time wait for one run. Within a unit of work that holds writes it steps aside. An access
 * rule is asked before each answer. What it gives is shared: do not change it.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [cache({ ttl: '1m', tags: ['catalog', 'product:{id}'] })]
 */
export const cache = (options: z.input<typeof config>): Policy => policyOf(cacheKind, options)

function cached(options: z.output<typeof config>, { command, ports }: PolicyHost): Apply {
  const ttlMs = parseDuration(options.ttl)
  const { flights } = taggedCache(ports)
  const output = command.output as Schema
  // Another version of the command that shares the cache must not be answered in a type it does not know.
  const type = hashOf(jsonSchemaOf(output, 'output'))
  const running = new Map<string, { readonly flight: Flight; readonly ends: Promise<AnyOutcome> }>()
  const store = ports.cache

  const keyOf = ({ tenant, principal, input }: PolicyCall) =>
    cacheKey([command.name, type, tenant, ...(options.per === 'tenant' ? [] : [principal]), input])

  return (call, next) => {
    const key = call.pendingWrites ? undefined : keyOf(call)
    if (key === undefined) return next()
    const found = safely(() => store.get(key))
    return isPromise(found) ? found.then((late) => answer(call, next, key, late)) : answer(call, next, key, found)
  }

  function answer(call: PolicyCall, next: () => Maybe<AnyOutcome>, key: string, found: unknown): Maybe<AnyOutcome> {
    if (found === undefined) return fly(call, next, key)
    const hit = (refused: AnyOutcome | undefined) => refused ?? success(castOutput(output, frozen(found)))
    const refused = call.admit()
    return isPromise(refused) ? refused.then(hit) : hit(refused)
  }

  /** Runs the command, or waits for who runs it already. Only calls from outside wait: others may hold what it needs. */
  function fly(call: PolicyCall, next: () => Maybe<AnyOutcome>, key: string): Maybe<AnyOutcome> {
    const mayWait = call.outermost && !call.synchronous
    const other = mayWait ? running.get(key) : undefined
    if (other && !other.flight.stale) return join(call, next, key, other.ends)
    const flight: Flight = { tags: tagsFor(call.tenant, options.tags, call.input), stale: false }
    flights.add(flight)
    const land = () => {
      flights.delete(flight)
      if (running.get(key)?.flight === flight) running.delete(key)
    }
    let outcome: Maybe<AnyOutcome>
    try {
      outcome = next()
    } catch (thrown) {
      land()
      throw thrown
    }
    if (!isPromise(outcome)) {
      const kept = keep(call, key, flight, outcome)
      if (!isPromise(kept)) land()
      return isPromise(kept) ? kept.finally(land) : kept
    }
    const ends = outcome.then((late) => keep(call, key, flight, late)).finally(land)
    if (mayWait) running.set(key, { flight, ends })
    return ends
  }

  /** What the other ended with, unless that was its own misfortune: a deadline, a defect, a limit. */
  async function join(
    call: PolicyCall,
    next: () => Maybe<AnyOutcome>,
    key: string,
    ends: Promise<AnyOutcome>,
  ): Promise<AnyOutcome> {
    const outcome = await call.within(ends.catch(() => undefined))
    if (outcome?.ok) return answer(call, next, key, toJson(outcome.value))
    if (outcome && outcome.errors.every(({ code }) => !(code in systemErrors))) return outcome
    return fly(call, next, key)
  }

  function keep(call: PolicyCall, key: string, flight: Flight, outcome: AnyOutcome): Maybe<AnyOutcome> {
    if (!outcome.ok || call.pendingWrites) return outcome
    const json = frozen(toJson(outcome.value))
    const shared = success(castOutput(output, json))
    if (flight.stale) return shared
    const stored = safely(() => store.set(key, json, { ttlMs, tags: flight.tags }))
    return isPromise(stored) ? stored.then(() => shared) : shared
  }

  /** A cache that is out of reach makes calls slower, and nothing else. */
  function safely<Value>(run: () => Maybe<Value>): Maybe<Value | undefined> {
    const log = (thrown: unknown) =>
      void ports.log.write('warning', `the cache of ${command.name} is out of reach`, { cause: String(thrown) })
    try {
      const ran = run()
      return isPromise(ran) ? ran.then(undefined, log) : ran
    } catch (thrown) {
      log(thrown)
      return undefined
    }
  }
}
