import { z } from 'zod'
import { systemErrors } from '../error/codes.ts'
import { Failure } from '../error/failure.ts'
import { type AnyFailure, failed } from '../outcome/outcome.ts'
import { isPromise } from '../ports/maybe.ts'
import { CommitConflict } from '../ports/transactions.ts'
import { parseDuration } from '../schema/duration.ts'
import { Breaker } from './breaker.ts'
import { duration, sharedName } from './config-types.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { AnyOutcome, Apply, Policy, PolicyHost } from './policy.ts'

const config = z.object({
  name: sharedName.optional().describe('Commands that give the same name share one breaker'),
  ratio: z.number().gt(0).max(1).default(0.5).describe('The share of failures that opens it'),
  minimum: z.int().min(1).default(10).describe('Fewer calls in the window say nothing'),
  window: duration.default('30s').describe('How far back calls count'),
  open: duration.default('30s').describe('How long it stays open'),
  probes: z.int().min(1).default(1).describe('How many calls try it out, and must succeed, before it closes'),
})

/** The kind of `circuitBreaker`. */
export const circuitBreakerKind = definePolicy({
  name: 'circuitBreaker',
  summary: 'Leaves alone for a while what fails most of the time',
  config,
  create: (given): Policy => ({
    name: 'circuitBreaker',
    config: given,
    raises: ['CircuitOpen'],
    open: (host) => breaking(given, host),
  }),
})

/**
 * Ends calls with `CircuitOpen` while what is behind it fails most of the time, and lets a few try after a while. A
 * failure counts when its `retry` is not `never`, or when it is a defect: what the caller did wrong says nothing.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [circuitBreaker({ name: 'payments', ratio: 0.5, open: '10s' })]
 */
export const circuitBreaker = (options: z.input<typeof config> = {}): Policy => policyOf(circuitBreakerKind, options)

function breaking(options: z.output<typeof config>, { command, ports, shared }: PolicyHost): Apply {
  const { name = command.name, ratio, minimum, probes } = options
  const breaker = shared(`circuitBreaker ${options.name ?? `of ${command.name}`}`, () => {
    const limits = {
      ratio,
      minimum,
      probes,
      windowMs: parseDuration(options.window),
      openMs: parseDuration(options.open),
    }
    return new Breaker(limits, ports.clock, (state) =>
      ports.log.write(state === 'open' ? 'warning' : 'info', `the circuit breaker ${name} is ${state}`, {
        breaker: name,
      }),
    )
  })

  return (_call, next) => {
    const permit = breaker.enter()
    if (typeof permit === 'number') return failed([refusal(name, permit)])
    const ended = (outcome: AnyOutcome) => {
      permit.end(outcome.ok ? 'succeeded' : verdict(outcome.errors))
      return outcome
    }
    const threw = (thrown: unknown): never => {
      permit.end(thrown instanceof CommitConflict ? 'unknown' : 'failed')
      throw thrown
    }
    try {
      const outcome = next()
      return isPromise(outcome) ? outcome.then(ended, threw) : ended(outcome)
    } catch (thrown) {
      return threw(thrown)
    }
  }
}

const verdict = (errors: readonly AnyFailure[]) => {
  if (errors.some(({ code }) => code === 'Cancelled')) return 'unknown'
  return errors.some(({ retry }) => retry !== 'never') ? 'failed' : 'succeeded'
}

const refusal = (name: string, afterMs: number) =>
  new Failure('CircuitOpen', { name }, { ...systemErrors.CircuitOpen, retry: { afterMs: Math.ceil(afterMs) } })
