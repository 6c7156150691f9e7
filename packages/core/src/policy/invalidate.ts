import { z } from 'zod'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { taggedCache, tagsFor, unfillable } from './cache-tags.ts'
import { definePolicy, policyOf } from './policy-kind.ts'
import type { AnyOutcome, Policy } from './policy.ts'

/** The kind of `invalidate`. */
export const invalidateKind = definePolicy({
  name: 'invalidate',
  summary: 'Forgets what caches hold under tags, once the call is committed',
  config: z.object({ tags: z.array(z.string().min(1)).min(1).describe('Tags; {field} is a field of the input') }),
  short: 'tags',
  create: (config): Policy => ({
    name: 'invalidate',
    config,
    refuses: ({ input }) => unfillable(config.tags, input),
    open: ({ ports }) => {
      const tagged = taggedCache(ports)
      return (call, next) => {
        const ended = (outcome: AnyOutcome): Maybe<AnyOutcome> => {
          if (!outcome.ok) return outcome
          const tags = tagsFor(call.tenant, config.tags, call.input)
          const told = call.afterCommit(() => tagged.invalidate(tags))
          return told === undefined ? outcome : told.then(() => outcome)
        }
        const outcome = next()
        return isPromise(outcome) ? outcome.then(ended) : ended(outcome)
      }
    },
  }),
})

/**
 * Makes cached queries forget what they hold under these tags, in every process, once what the command wrote is
 * committed. `{field}` stands for a field of the input.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [invalidate('catalog', 'product:{id}')]
 */
export const invalidate = (...tags: readonly string[]): Policy => policyOf(invalidateKind, { tags })
