import { type Comparison, findRefusals, type SchemaRefusal, type Sections, type Verdict } from '@heddle/core'
import type { Table } from '../database/table.ts'
import { type Change, changeText, type Tables } from '../migration/change.ts'
import type { Difference, Target } from '../migration/diff.ts'
import { diffTargets, nameOf } from '../migration/plan.ts'
import { type EntitySection, sectionTable } from './section.ts'

/** What each change of the entities means for the records that are stored. */
export function compareEntities({ before, after }: Pick<Comparison, 'before' | 'after'>): Verdict[] {
  const tables: Tables = new Map(sectionsOf(before).map(([name, section]) => [name, sectionTable(name, section)]))
  const targets = sectionsOf(after).map(([name, section]) => sectionTarget(name, section))
  const differences = diffTargets(tables, targets)
  const migration = differences[0] && nameOf(differences[0].change)
  return [
    ...differences.map((difference) => verdictOf(difference, migration!)),
    ...sectionsOf(after).flatMap(([name, section]) => compareFields(before, name, section)),
  ]
}

const sectionsOf = (sections: Sections) => Object.entries(sections) as unknown as [string, EntitySection][]

function sectionTarget(name: string, section: EntitySection): Target {
  const { renamedFrom, renamedFields = {}, fields } = section
  const table: Table = sectionTable(name, section)
  // Only whether there is a default matters here; the plan knows its value.
  return {
    table,
    renamedFrom,
    renamedFields,
    defaultOf: (field) => (fields[field]?.hasDefault ? { value: null } : undefined),
  }
}

function verdictOf({ change, refused, additive }: Difference, migration: string): Verdict {
  const table = typeof change.table === 'string' ? change.table : change.table.name
  const item = `entity ${table}`
  if (refused !== undefined) return { level: 'breaking', item, change: changeText(change), reason: refused }
  const reason = additive ? 'Stored records stay as they are.' : reasons[change.change]
  return {
    level: 'migration',
    item,
    change: changeText(change),
    reason: reason ?? 'Stored records are changed.',
    migration,
  }
}

const reasons: Partial<Record<Change['change'], string>> = {
  removeTable: 'Its records are deleted.',
  removeColumn: 'Its values are deleted.',
  renameTable: 'Its records move with it.',
  renameColumn: 'Its values move with it.',
  changeColumn: 'Its values are converted.',
}

/** Fields that are kept in the same way may still allow other values. */
function compareFields(before: Sections, name: string, after: EntitySection): Verdict[] {
  const old = (before[name] ?? before[after.renamedFrom ?? '']) as unknown as EntitySection | undefined
  if (!old) return []
  return Object.entries(after.fields).flatMap(([field, { kind, schema }]): Verdict[] => {
    const was = old.fields[field] ?? old.fields[after.renamedFields?.[field] ?? '']
    if (was?.kind !== kind) return []
    const narrowed = findRefusals(was.schema, schema)
    const widened = narrowed.length > 0 ? [] : findRefusals(schema, was.schema)
    return [
      ...narrowed.map((refusal) => fieldVerdict(name, field, 'breaking', refusal)),
      ...widened.map(({ from, to, ...rest }) => fieldVerdict(name, field, 'safe', { ...rest, from: to, to: from })),
    ]
  })
}

function fieldVerdict(entity: string, field: string, level: 'safe' | 'breaking', refusal: SchemaRefusal): Verdict {
  const { path, what, from, to, isProven } = refusal
  const narrowed = isProven ? 'Stored values may no longer fit' : 'It cannot be shown that stored values still fit'
  return {
    level,
    item: `entity ${entity}`,
    change: `${[field, ...path].join('/')}: ${what} ${from} → ${to}`,
    reason:
      level === 'safe'
        ? 'Every stored value still fits.'
        : `${narrowed}: keep the wider type, or move the values to a new field by a command.`,
  }
}
