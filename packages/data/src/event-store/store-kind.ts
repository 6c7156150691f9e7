import type { PartKind, Verdict } from '@heddle/core'

/** How event stores are compared: their streams are kept, so what is in them must stay known. */
export const eventStoreKind: PartKind = {
  name: 'eventStore',
  compare({ before, after }) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return names.flatMap((name): Verdict[] => {
      const item = `event store ${name}`
      const [old, now] = [before[name], after[name]] as unknown as [StoreSection?, StoreSection?]
      if (!now) return [{ level: 'breaking', item, change: 'removed', reason: 'Nobody can read its streams any more.' }]
      if (!old) return [{ level: 'safe', item, change: 'added', reason: 'It holds no streams yet.' }]
      return old.events
        .filter((event) => !now.events.includes(event))
        .map((event) => ({
          level: 'breaking',
          item,
          change: `events: without ${event}`,
          reason: 'Streams that hold it can no longer be folded. Keep the event, if only to pass over it.',
        }))
    })
  },
}

interface StoreSection {
  readonly events: readonly string[]
}
