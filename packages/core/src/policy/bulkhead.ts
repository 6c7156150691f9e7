import { z } from 'zod'
import { isPromise } from '../ports/maybe.ts'
import { sharedName } from './config-types.ts'
import { Gate } from './gate.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { Apply, Policy, PolicyCall, PolicyHost } from './policy.ts'

const config = z.object({
  name: sharedName.optional().describe('Commands that give the same name share the places'),
  concurrency: z.int().min(1).default(10).describe('How many calls run at a time'),
  queue: z.int().min(0).default(100).describe('How many wait for a place'),
})

/** The kind of `bulkhead`. */
export const bulkheadKind = definePolicy({
  name: 'bulkhead',
  summary: 'Limits how many calls run at a time',
  config,
  short: 'concurrency',
  create: (given): Policy => ({
    name: 'bulkhead',
    config: given,
    raises: ['LimitReached'],
    open: (host) => gated(given, host),
  }),
})

/**
 * Lets a number of calls run at a time in this process. Others wait in order, at most until their deadline; when too many
 * wait the next one gets `LimitReached`. A subcommand of a call that holds a place needs none of its own.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [bulkhead({ concurrency: 4, queue: 50 })]
 */
export const bulkhead = (options: z.input<typeof config> = {}): Policy => policyOf(bulkheadKind, options)

function gated({ name, concurrency, queue }: z.output<typeof config>, { command, shared }: PolicyHost): Apply {
  const { gate, holders } = shared(`bulkhead ${name ?? `of ${command.name}`}`, () => ({
    gate: new Gate(concurrency, queue),
    holders: new WeakSet<PolicyCall>(),
  }))
  const title = `bulkhead ${name ?? command.name}`

  return (call, next) => {
    // One that waited for a place which its own caller holds would wait for ever.
    for (let outer = call.outer; outer; outer = outer.outer) if (holders.has(outer)) return next()
    const run = () => {
      holders.add(call)
      try {
        const outcome = next()
        if (isPromise(outcome)) return outcome.finally(leave)
        leave()
        return outcome
      } catch (thrown) {
        leave()
        throw thrown
      }
    }
    const leave = () => {
      holders.delete(call)
      gate.leave()
    }
    const waiting = gate.enter(title, (turn) => call.within(turn))
    return isPromise(waiting) ? waiting.then(run) : run()
  }
}
