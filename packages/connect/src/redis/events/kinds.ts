import type { PartKind, Sections, Verdict } from '@heddle/core'

/** A part in a manifest that sends or takes events. */
export interface StreamSection {
  readonly stream: string
  /** Full names, in order. */
  readonly events: readonly string[]
  /** How marked data is sent. */
  readonly marked?: string
}

/** How parts that send events are compared: other apps wait for what they send. */
export const toRedisKind: PartKind = {
  name: 'eventsToRedis',
  compare: ({ before, after }) =>
    compare(before, after, {
      item: (name) => `events to ${name}`,
      removed: 'Whoever takes events from the stream waits for ever.',
      gone: 'Whoever takes them waits for ever.',
      added: 'Those from now on are sent; whoever does not take them passes over them.',
    }),
}

/** How parts that take events are compared: what they do not take is passed over. */
export const fromRedisKind: PartKind = {
  name: 'eventsFromRedis',
  compare: ({ before, after }) =>
    compare(before, after, {
      item: (name) => `events from ${name}`,
      removed: 'What is sent from now on is taken by nobody of this group.',
      gone: 'Those that are not taken yet are passed over.',
      added: 'Those that were read before this change have been passed over.',
    }),
}

interface Sentences {
  readonly item: (name: string) => string
  readonly removed: string
  readonly gone: string
  readonly added: string
}

function compare(before: Sections, after: Sections, said: Sentences): Verdict[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((name): Verdict[] => {
    const item = said.item(name)
    const [old, now] = [before[name], after[name]] as unknown as [StreamSection?, StreamSection?]
    if (!now) return [{ level: 'breaking', item, change: 'removed', reason: said.removed }]
    if (!old) return [{ level: 'safe', item, change: 'added', reason: 'Nothing depends on it yet.' }]
    return [...compareEvents(old, now, said), ...compareMarked(old, now)].map((change) => ({ item, ...change }))
  })
}

type Change = Omit<Verdict, 'item'>

function compareEvents({ events: from }: StreamSection, { events: to }: StreamSection, said: Sentences): Change[] {
  const [gone, added] = [from.filter((name) => !to.includes(name)), to.filter((name) => !from.includes(name))]
  const changes: Change[] = []
  if (gone.length > 0)
    changes.push({ level: 'breaking', change: `events: without ${gone.join(', ')}`, reason: said.gone })
  if (added.length > 0) changes.push({ level: 'safe', change: `events: also ${added.join(', ')}`, reason: said.added })
  return changes
}

function compareMarked({ marked: from = 'none' }: StreamSection, { marked: to = 'none' }: StreamSection): Change[] {
  if (from === to) return []
  const reason =
    to === 'encrypted'
      ? 'Only apps with the same keys read what is marked.'
      : 'Whoever reads the stream reads what is marked.'
  return from === 'none' ? [] : [{ level: 'breaking', change: `marked: ${from} → ${to}`, reason }]
}
