import type { Json, PartKind, Sections, Verdict } from '@heddle/core'

/** How handlers are compared: a change of what they listen to leaves events behind, or finds none. */
export const handlerKind: PartKind = {
  name: 'handler',
  compare: ({ before, after }) => compareReaders('handler', before, after),
}

/** How projections are compared. */
export const projectionKind: PartKind = {
  name: 'projection',
  compare: ({ before, after }) => compareReaders('projection', before, after),
}

interface ReaderSection {
  readonly on: readonly string[]
  readonly version?: number
  readonly [field: string]: Json | undefined
}

function compareReaders(kind: 'handler' | 'projection', before: Sections, after: Sections): Verdict[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): Verdict[] => {
    const item = `${kind} ${name}`
    const [old, now] = [before[name], after[name]] as unknown as [ReaderSection?, ReaderSection?]
    if (!now) {
      const reason = 'Events that it has not handled yet are handled by nobody; how far it is stays known.'
      return [{ level: 'breaking', item, change: 'removed', reason }]
    }
    if (!old) return [{ level: 'safe', item, change: 'added', reason: 'Nothing depends on it yet.' }]
    return compareReader(old, now).map((change) => ({ item, ...change }))
  })
}

function compareReader(before: ReaderSection, after: ReaderSection): Omit<Verdict, 'item'>[] {
  const changes: Omit<Verdict, 'item'>[] = []
  const gone = before.on.filter((event) => !after.on.includes(event))
  const added = after.on.filter((event) => !before.on.includes(event))
  if (gone.length > 0) {
    const reason = 'Those that it has not handled yet are passed over.'
    changes.push({ level: 'breaking', change: `on: without ${gone.join(', ')}`, reason })
  }
  if (added.length > 0) {
    const reason = 'Those before the place where it stands are not handled.'
    changes.push({ level: 'safe', change: `on: also ${added.join(', ')}`, reason })
  }
  if (before.version !== after.version) {
    const change = `version: ${before.version} → ${after.version}`
    changes.push({ level: 'safe', change, reason: 'It is rebuilt from the first event when the app starts.' })
  }
  return changes
}
