import type { PartKind, Sections } from '../app/part.ts'
import { isSunset } from '../command/deprecated.ts'
import type { CommandSection } from '../manifest/describe-command.ts'
import { systemClock } from '../ports/clock.ts'
import { compareAccess } from './compare-access.ts'
import { compareErrors } from './compare-errors.ts'
import { compareFacts } from './compare-facts.ts'
import { compareInput, compareOutput } from './compare-types.ts'
import { added, removed } from './presence.ts'
import type { Verdict } from './verdict.ts'

/** One change of a command; its item is added by who asks. */
export type CommandChange = Omit<Verdict, 'item'>

/** How commands are compared: by what callers send, get and may do. */
export const commandKind: PartKind = {
  name: 'command',
  compare: ({ before, after, ports }) => compareCommands(before, after, (ports?.clock ?? systemClock).now()),
}

/**
 * Compares every command of two manifests, in the order of their names.
 *
 * @param nowMs whether a deprecated command may go depends on the day; without it, none may
 */
export function compareCommands(before: Sections, after: Sections, nowMs = 0): Verdict[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): Verdict[] => {
    const item = `command ${name}`
    const [old, now] = [before[name], after[name]] as unknown as [CommandSection?, CommandSection?]
    if (!now && isLocal(old)) return [{ level: 'safe', item, change: 'removed', reason: onlyOwn }]
    if (!now && old?.deprecated && isSunset(old.deprecated, nowMs)) {
      const reason = `Callers were told that it ends on ${old.deprecated.sunset}.`
      return [{ level: 'safe', item, change: 'removed', reason }]
    }
    if (!now) return [removed(item, 'Callers get UnknownCommand. Keep it until nobody calls it.')]
    if (!old) return [added(item)]
    if (isLocal(old) && isLocal(now) && old.hash !== now.hash) {
      return [{ level: 'safe', item, change: 'made otherwise', reason: onlyOwn }]
    }
    return old.hash === now.hash ? [] : compareCommand(old, now).map((change) => ({ item, ...change }))
  })
}

/** Made for one caller, e.g. a step of a pipeline: it comes, changes and goes with it, and nobody outside may call it. */
const isLocal = (section: CommandSection | undefined): boolean =>
  section?.access === 'closed' && section.madeFrom !== undefined

const onlyOwn = 'Only what it was made for calls it.'

/** Compares one command with what it was. A change that callers cannot notice is told as one safe change. */
export function compareCommand(before: CommandSection, after: CommandSection): CommandChange[] {
  const input = compareInput(before, after)
  const changes = [
    ...compareFacts(before, after),
    ...compareAccess(before.access, after.access),
    ...input.changes,
    ...compareOutput(before, after),
    ...compareErrors(before, after, input.places),
  ]
  return changes.length > 0 ? changes : unnoticed(before, after)
}

function unnoticed(before: CommandSection, after: CommandSection): CommandChange[] {
  const parts = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof CommandSection)[]
  const changed = parts.filter(
    (part) => part !== 'hash' && JSON.stringify(before[part]) !== JSON.stringify(after[part]),
  )
  if (changed.length === 0) return []
  const reason = 'Callers see the same types, errors and access.'
  return [{ level: 'safe', change: `${changed.join(', ')}: described otherwise`, reason }]
}
