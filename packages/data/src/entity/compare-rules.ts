import type { Verdict } from '@heddle/core'
import type { EntitySection } from './section.ts'

/** What changed rules mean for what is stored and for who writes it: constraints, references, switches. */
export function compareRules(before: EntitySection, name: string, after: EntitySection): Verdict[] {
  const item = `entity ${name}`
  const verdicts: Verdict[] = []
  const add = (level: Verdict['level'], change: string, reason: string) =>
    verdicts.push({ item, level, change, reason })

  const [oldChecks, checks] = [before.checks ?? [], after.checks ?? []]
  for (const check of checks.filter((wanted) => !oldChecks.includes(wanted))) {
    const reason = 'Writes that were accepted may be refused; stored records are not looked at until they are changed.'
    add('breaking', `new constraint ${check}`, reason)
  }
  for (const check of oldChecks.filter((old) => !checks.includes(old))) {
    add('safe', `removed constraint ${check}`, 'What was accepted still is.')
  }

  const [oldReferences, references] = [before.references ?? {}, after.references ?? {}]
  for (const [field, { entity, onDelete }] of Object.entries(references)) {
    const old = oldReferences[field] ?? oldReferences[after.renamedFields?.[field] ?? '']
    const isNew = !before.fields[field] && !before.fields[after.renamedFields?.[field] ?? '']
    if (!old && !isNew) {
      const reason = `Stored records may hold keys of which there is no ${entity}; find and correct them first.`
      add('breaking', `new reference ${field} to ${entity}`, reason)
    } else if (old && old.entity !== entity) {
      add('breaking', `reference ${field}: ${old.entity} → ${entity}`, 'Stored keys are those of other records.')
    } else if (old && old.onDelete !== onDelete) {
      const level = onDelete === 'cascade' ? 'breaking' : 'safe'
      const reason = onDelete === 'cascade' ? 'Removals now remove more.' : 'Removals now remove less, or are refused.'
      add(level, `reference ${field} on delete: ${old.onDelete} → ${onDelete}`, reason)
    }
  }

  const deletedSoftly = (section: EntitySection) => section.switches?.includes('softDelete') ?? false
  if (deletedSoftly(before) && !deletedSoftly(after)) {
    add('breaking', 'no longer deletes softly', 'Records that were deleted would be there again; remove them first.')
  }
  return verdicts
}
