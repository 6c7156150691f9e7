import { z } from 'zod'
import { systemErrors } from '../error/codes.ts'
import { Failure } from '../error/failure.ts'
import { failed } from '../outcome/outcome.ts'
import { isPromise } from '../ports/maybe.ts'
import type { RateCount } from '../ports/rate-counter.ts'
import { parseDuration } from '../schema/duration.ts'
import { duration, sharedName } from './config-types.ts'
import { fieldOf, unknownField } from './input-field.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { Apply, Policy, PolicyCall, PolicyHost } from './policy.ts'

const config = z.object({
  limit: z.int().min(1).describe('How many calls one window lets through'),
  window: duration.default('1m').describe('How long a window lasts'),
  per: z
    .string()
    .regex(/^(principal|tenant|none|input(\/[^/]+)+)$/, 'expected principal, tenant, none or e.g. input/email')
    .default('principal')
    .describe('Who has a count of their own: principal, tenant, none (all together), or a field: input/email'),
  name: sharedName.optional().describe('Commands that give the same name share the counts'),
})

/** The kind of `rateLimit`. */
export const rateLimitKind = definePolicy({
  name: 'rateLimit',
  summary: 'Limits how many calls are made in a time',
  config,
  create: (given): Policy => ({
    name: 'rateLimit',
    config: given,
    raises: ['RateLimited'],
    refuses: ({ input }) => (given.per.startsWith('input/') ? unknownField(input, given.per.slice(6)) : undefined),
    open: (host) => limited(given, host),
  }),
})

/**
 * Ends calls beyond a number per window with `RateLimited`, which says when the next window begins. Counts are kept by
 * the `rateCounter` port, for each tenant apart unless `per` is `none`. A call counts when it is made, also when it fails.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [rateLimit({ limit: 5, window: '1m', per: 'input/email' })]
 */
export const rateLimit = (options: z.input<typeof config>): Policy => policyOf(rateLimitKind, options)

function limited(options: z.output<typeof config>, { command, ports }: PolicyHost): Apply {
  const { limit, per } = options
  const windowMs = parseDuration(options.window)
  const name = options.name ?? command.name

  return (call, next) => {
    if (call.rerun) return next()
    const judge = ({ count, resetsAtMs }: RateCount) => {
      if (count <= limit) return next()
      const retry = { afterMs: Math.max(0, resetsAtMs - ports.clock.now()) }
      const data = { limit: name, calls: limit, seconds: windowMs / 1000, resetsAtMs }
      return failed([new Failure('RateLimited', data, { ...systemErrors.RateLimited, retry })])
    }
    const counted = ports.rateCounter.add(JSON.stringify(['rateLimit', name, ...counterOf(call, per)]), windowMs)
    return isPromise(counted) ? counted.then(judge) : judge(counted)
  }
}

function counterOf({ tenant, principal, input }: PolicyCall, per: string): unknown[] {
  if (per === 'none') return []
  if (per === 'tenant') return [tenant]
  if (per !== 'principal') return [tenant, per, fieldOf(input, per.slice(6))]
  return [tenant, principal === undefined ? 'app' : principal === null ? 'stranger' : `id ${principal.id}`]
}
