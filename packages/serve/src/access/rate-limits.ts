import { type AnyFailure, Defect, Failure, parseDuration, type Ports, type Principal, systemErrors } from '@heddle/core'
import type { HttpRequest } from '../http/exchange.ts'
import { type AddressOf, senderOf } from './address.ts'

/** How many calls are let through in a time. */
export interface RateLimit {
  /** Stands in headers and errors: letters, digits, `-`, `_` and `.`. */
  readonly name: string
  /** How many calls. */
  readonly limit: number
  /** In which time, e.g. `1m`; at least a second. */
  readonly per: string
  /**
   * Who counts as one: a principal (a stranger by its address), an API key, or an address. What counts by address counts
   * before credentials are looked at, so that guessing them is limited too.
   *
   * @default 'principal'
   */
  readonly by?: 'principal' | 'key' | 'address'
}

/** How a request stands with the limits: counted twice, before and after it is known who sends it. */
export interface RateStanding {
  countSender(): Promise<AnyFailure | undefined>
  countCaller(caller: Principal | null): Promise<AnyFailure | undefined>
  /** The fields of draft-ietf-httpapi-ratelimit-headers, for what was counted so far. */
  headers(): Record<string, string>
}

interface Limit extends Required<RateLimit> {
  readonly windowMs: number
}

interface Counted {
  readonly limit: Limit
  readonly left: number
  readonly seconds: number
}

/**
 * Counts requests against limits, on the port `rateCounter`.
 *
 * @throws {Defect} InvalidDefinition
 */
export function createRateLimits(
  given: readonly RateLimit[],
  { rateCounter, clock, log }: Ports,
  addressOf: AddressOf,
): (request: HttpRequest) => RateStanding {
  const limits = given.map(wholeLimit)
  if (new Set(limits.map(({ name }) => name)).size < limits.length) throw refuse('two of them have one name')
  const ofSender = limits.filter(({ by }) => by === 'address')
  const ofCaller = limits.filter(({ by }) => by !== 'address')
  const policy = limits.map(({ name, limit, windowMs }) => `"${name}";q=${limit};w=${windowMs / 1000}`).join(', ')

  return (request) => {
    const counted: Counted[] = []
    let sender: string | undefined
    const senderName = () => (sender ??= senderOf(addressOf(request)))

    return {
      countSender: () => count(ofSender, senderName),
      countCaller: (caller) => count(ofCaller, (limit) => callerName(limit, caller)),
      headers(): Record<string, string> {
        if (counted.length === 0) return {}
        const standing = counted.map(({ limit, left, seconds }) => `"${limit.name}";r=${left};t=${seconds}`)
        return { 'ratelimit-policy': policy, ratelimit: standing.join(', ') }
      },
    }

    function callerName({ by }: Limit, caller: Principal | null): string | undefined {
      if (by === 'key') return caller?.key
      return caller ? JSON.stringify([caller.tenant ?? 'main', caller.id]) : senderName()
    }

    async function count(
      some: readonly Limit[],
      nameOf: (limit: Limit) => string | undefined,
    ): Promise<AnyFailure | undefined> {
      let failure: AnyFailure | undefined
      for (const limit of some) {
        const name = nameOf(limit)
        if (name === undefined) continue
        const standing = await add(limit, name)
        if (!standing) continue
        counted.push(standing)
        if (standing.left < 0) failure ??= tooMany(standing)
      }
      for (const [index, one] of counted.entries()) if (one.left < 0) counted[index] = { ...one, left: 0 }
      return failure
    }
  }

  /** A counter that cannot be reached lets calls pass: limits protect the app, and must not be what stops it. */
  async function add(limit: Limit, name: string): Promise<Counted | undefined> {
    try {
      const { count, resetsAtMs } = await rateCounter.add(`http:${limit.name}:${limit.by}:${name}`, limit.windowMs)
      const seconds = Math.max(1, Math.ceil((resetsAtMs - clock.now()) / 1000))
      return { limit, left: limit.limit - count, seconds }
    } catch (thrown) {
      const reason = (thrown as { message?: unknown }).message ?? String(thrown)
      log.write('warning', 'calls could not be counted', { limit: limit.name, reason })
      return undefined
    }
  }
}

function tooMany({ limit, seconds }: Counted): AnyFailure {
  const data = { limit: limit.name, calls: limit.limit, seconds: limit.windowMs / 1000 }
  return new Failure('RateLimited', data, { ...systemErrors.RateLimited, retry: { afterMs: seconds * 1000 } })
}

function wholeLimit({ name, limit, per, by = 'principal' }: RateLimit): Limit {
  const windowMs = parseDuration(per)
  if (!/^[\w.-]{1,64}$/.test(name)) throw refuse(`"${name}" is no name: letters, digits, "-", "_" and "." make one`)
  if (!Number.isSafeInteger(limit) || limit < 1) throw refuse(`the limit of "${name}" is no whole number above 0`)
  if (windowMs < 1000 || windowMs % 1000 !== 0) throw refuse(`"${name}" counts in whole seconds, not in ${per}`)
  return { name, limit, per, by, windowMs }
}

const refuse = (reason: string) => new Defect('InvalidDefinition', { name: 'rateLimits', reason })
