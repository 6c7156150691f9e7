import type { Cache } from '../ports/cache.ts'
import { isPromise } from '../ports/maybe.ts'
import type { Metrics } from './metrics.ts'

/** A cache that counts whether it had what was asked for. */
export function countedCache(cache: Cache, metrics: Metrics): Cache {
  const hits = metrics.counter('heddle_cache_hits_total', 'Cached values that were there.').of()
  const misses = metrics.counter('heddle_cache_misses_total', 'Cached values that were not there.').of()
  const counted = (found: unknown) => {
    ;(found === undefined ? misses : hits).add()
    return found
  }
  return {
    get(key) {
      const found = cache.get(key)
      return isPromise(found) ? found.then(counted) : counted(found)
    },
    set: (key, value, options) => cache.set(key, value, options),
    delete: (key) => cache.delete(key),
    deleteTags: (tags) => cache.deleteTags(tags),
    clear: () => cache.clear(),
  }
}
