import type { PartKind, Sections } from '../app/part.ts'
import { findRefusals } from '../check/compare-schema.ts'
import { compareAnswer } from '../check/compare-types.ts'
import { added, removed } from '../check/presence.ts'
import type { Verdict } from '../check/verdict.ts'
import type { EventSection } from './describe.ts'

/** How events are compared: by what readers get, and by whether what is stored can still be read. */
export const eventKind: PartKind = {
  name: 'event',
  compare: ({ before, after }) => compareEvents(before, after),
}

function compareEvents(before: Sections, after: Sections): Verdict[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): Verdict[] => {
    const item = `event ${name}`
    const [old, now] = [before[name], after[name]] as unknown as [EventSection?, EventSection?]
    if (!now) return [removed(item, 'Whoever reads it waits for ever. Keep it until nobody does.')]
    if (!old) return [added(item)]
    return old.hash === now.hash ? [] : compareEvent(old, now).map((change) => ({ item, ...change }))
  })
}

type EventChange = Omit<Verdict, 'item'>

function compareEvent(before: EventSection, after: EventSection): EventChange[] {
  return [
    ...compareVersions(before, after),
    ...compareData(before, after),
    ...compareOrder(before, after),
    ...compareReaders(before, after),
  ]
}

function compareVersions({ version: from }: EventSection, { version: to }: EventSection): EventChange[] {
  if (from === to) return []
  const change = `version: ${from} → ${to}`
  if (to > from) return [{ level: 'safe', change, reason: 'Stored events become the new version when they are read.' }]
  return [{ level: 'breaking', change, reason: 'Stored events of the newer version can no longer be read.' }]
}

/** A stored event is read by the new type, and readers outside know the old one. */
function compareData(before: EventSection, after: EventSection): EventChange[] {
  const isUpcast = after.version > before.version
  const stored = isUpcast ? [] : findRefusals(before.data, after.data)
  const unreadable = stored.map(({ path, what, from, to }): EventChange => ({
    level: 'breaking',
    change: `${['data', ...path].join('/')}: ${what} ${from} → ${to}`,
    reason: 'Stored events may not fit. Raise `version` and say in `upcast` what becomes of them.',
  }))
  const told = new Set(unreadable.map(({ change }) => change))
  return [...unreadable, ...compareAnswer('data', before.data, after.data).filter(({ change }) => !told.has(change))]
}

function compareOrder({ keyed: from }: EventSection, { keyed: to }: EventSection): EventChange[] {
  if (from === to) return []
  const change = to ? 'key: none → own' : 'key: own → none'
  const reason = to
    ? 'Only events with the same key stay in order; before, all of a tenant did.'
    : 'All events of a tenant are in order now, one after the other.'
  return [{ level: to ? 'breaking' : 'safe', change, reason }]
}

function compareReaders(
  { access: from = 'closed' }: EventSection,
  { access: to = 'closed' }: EventSection,
): EventChange[] {
  if (from === to) return []
  const change = `access: ${from} → ${to}`
  if (to === 'public' || from === 'closed') {
    return [{ level: 'safe', change, reason: 'Everyone who could subscribe to it still can.' }]
  }
  return [{ level: 'breaking', change, reason: 'Not everyone to whom it was pushed before gets it now.' }]
}
