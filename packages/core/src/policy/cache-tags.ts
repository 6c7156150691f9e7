import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'
import { fieldOf, unknownField } from './input-field.ts'
import { sharedOf } from './shared.ts'
import type { Schema } from '../schema/schema.ts'

const topic = 'heddle.cache'

/** Far below what a notice may hold. */
const tagsPerNotice = 20

const hole = /\{([^{}]+)\}/g

/** Work whose answer will be kept under tags, while it runs. */
export interface Flight {
  readonly tags: readonly string[]
  /** Set when one of its tags was forgotten meanwhile: its answer is old already. */
  stale: boolean
}

/** The cache of an open app with what is on its way into it. Every process is told of tags that any of them forgets. */
export interface TaggedCache {
  readonly flights: Set<Flight>
  /** Forgets tags in this process and tells the others. */
  invalidate(tags: readonly string[]): Promise<void>
}

/** The tagged cache of an open app; made, and listening, from its first use on. */
export const taggedCache = (ports: Ports): TaggedCache => sharedOf(ports, 'cache', () => createTaggedCache(ports))

function createTaggedCache({ cache, notices, log }: Ports): TaggedCache {
  const flights = new Set<Flight>()
  const ground = (isOld: (flight: Flight) => boolean) => {
    for (const flight of flights) if (isOld(flight)) flight.stale = true
  }
  const forget = (tags: readonly string[]) => {
    ground((flight) => flight.tags.some((tag) => tags.includes(tag)))
    return cache.deleteTags(tags)
  }
  /** A cache that cannot be told is worth a line in the log: its entries live until their time is over. */
  const safely = async (run: () => Maybe<unknown>) => {
    try {
      await run()
    } catch (thrown) {
      log.write('error', 'a cache could not be told what to forget', { cause: String(thrown) })
    }
  }
  const missed = () => {
    ground(() => true)
    void safely(() => cache.clear())
  }
  const hear = (payload: string) => void safely(() => forget(JSON.parse(payload) as string[]))
  void safely(async () => {
    const listening = notices.subscribe(topic, hear, { missed })
    if (!isPromise(listening)) return
    await listening
    // What was said before is not told, and something may have been cached meanwhile.
    missed()
  })
  return {
    flights,
    async invalidate(tags) {
      await safely(() => forget(tags))
      for (let from = 0; from < tags.length; from += tagsPerNotice) {
        await safely(() => notices.publish(topic, JSON.stringify(tags.slice(from, from + tagsPerNotice))))
      }
    },
  }
}

/**
 * Forgets what cached commands of a tenant remember under tags, in every process. In a command, prefer the policy
 * `invalidate`, which waits for the commit.
 *
 * @example await invalidateTags(app.ports, ['product:42'])
 */
export const invalidateTags = (ports: Ports, tags: readonly string[], tenant = 'main'): Promise<void> =>
  taggedCache(ports).invalidate(ofTenant(tenant, tags))

const ofTenant = (tenant: string, tags: readonly string[]) => tags.map((tag) => JSON.stringify([tenant, tag]))

/** Fills `{field}` in tags with fields of the input. A tag with a missing field is left out. */
export function tagsFor(tenant: string, tags: readonly string[], input: unknown): string[] {
  const filled: string[] = []
  for (const tag of tags) {
    let isWhole = true
    const text = tag.replaceAll(hole, (_all, path: string) => {
      const value = fieldOf(input, path)
      if (value === undefined || value === null || typeof value === 'object') isWhole = false
      return String(value)
    })
    if (isWhole) filled.push(text)
  }
  return ofTenant(tenant, filled)
}

/** Why tags cannot be filled from an input; nothing where they can. */
export function unfillable(tags: readonly string[], input: Schema): string | undefined {
  for (const tag of tags) {
    for (const [, path] of tag.matchAll(hole)) {
      const reason = unknownField(input, path!)
      if (reason) return `${reason}, which the tag "${tag}" names`
    }
  }
}
