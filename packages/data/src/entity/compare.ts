import { type Comparison, findRefusals, type Json, type SchemaRefusal, type Sections, type Verdict } from '@heddle/core'
import type { Table } from '../database/table.ts'
import { type Change, changeText, tableOf, type Tables } from '../migration/change.ts'
import type { Difference, Target } from '../migration/diff.ts'
import { type Migration, readMigrations } from '../migration/file.ts'
import { diffTargets, nameOf } from '../migration/plan.ts'
import { noFiles, type Written, writtenChanges } from '../migration/written-changes.ts'
import { compareRules } from './compare-rules.ts'
import { type EntitySection, sectionTable } from './section.ts'

/** Compares the entities, with the migration files that go out with the new app. */
export async function compareWithFiles({ before, after, migrations }: Comparison): Promise<Verdict[]> {
  return compareEntities({ before, after }, migrations === undefined ? undefined : await readMigrations(migrations))
}

/**
 * What each change of the entities means for the records that are stored. A pure addition is safe once its migration
 * file is written: then nobody has to do anything but to apply it, and what is stored stays as it is. Until then it needs
 * a migration, because production would refuse to start.
 *
 * @param files the migration files of the new app, where they are at hand
 */
export function compareEntities(
  { before, after }: Pick<Comparison, 'before' | 'after'>,
  files?: readonly Migration[],
): Verdict[] {
  const tables: Tables = new Map(sectionsOf(before).map(([name, section]) => [name, sectionTable(name, section)]))
  const targets = sectionsOf(after).map(([name, section]) => sectionTarget(name, section))
  const differences = diffTargets(tables, targets)
  const written = files ? writtenChanges(files, targets) : noFiles(differences)
  return [
    ...differences.map((difference) => verdictOf(difference, written, isDerived(after[tableOf(difference.change)]))),
    ...sectionsOf(after).flatMap(([name, section]) => {
      const old = (before[name] ?? before[section.renamedFrom ?? '']) as unknown as EntitySection | undefined
      return old ? [...compareFields(old, name, section), ...compareRules(old, name, section)] : []
    }),
  ]
}

const isDerived = (section: Json | undefined) => (section as EntitySection | undefined)?.derived === true

const sectionsOf = (sections: Sections) => Object.entries(sections) as unknown as [string, EntitySection][]

function sectionTarget(name: string, section: EntitySection): Target {
  const { renamedFrom, renamedFields = {}, fields, derived } = section
  const table: Table = sectionTable(name, section)
  // Only whether there is a default matters here; the plan knows its value.
  return {
    table,
    derived,
    renamedFrom,
    renamedFields,
    defaultOf: (field) => (fields[field]?.hasDefault ? { value: null } : undefined),
  }
}

function verdictOf({ change, refused, additive }: Difference, { fileOf, next }: Written, derived: boolean): Verdict {
  const verdict = { item: `entity ${tableOf(change)}`, change: changeText(change) }
  const file = fileOf(change)
  // What cannot be made as it stands can be made by a file that says how, e.g. by a command that fills a new field.
  if (refused !== undefined && file === undefined) return { ...verdict, level: 'breaking', reason: refused }
  const isSafe = additive && keepsRecords(change)
  const isLacked = derived && change.change === 'addColumn'
  const kept = isLacked ? 'Stored records lack it until they are made again' : 'Stored records stay as they are'
  const meaning = isSafe ? kept : (reasons[change.change] ?? 'Stored records are changed')
  if (file !== undefined) {
    const reason = `${meaning}; ${file} makes the change.`
    return { ...verdict, level: isSafe ? 'safe' : 'migration', reason, migration: file }
  }
  const reason = `${meaning}; its migration is to be written by \`heddle migrate plan\`.`
  return { ...verdict, level: 'migration', reason, migration: next ?? nameOf(change) }
}

/** Whether no stored record is written or looked at: a default fills old records, and a unique index may refuse them. */
const keepsRecords = (change: Change) =>
  !('fill' in change && change.fill) && !(change.change === 'addIndex' && change.index.unique)

const reasons: Partial<Record<Change['change'], string>> = {
  removeTable: 'Its records are deleted',
  addColumn: 'Stored records get a value',
  addIndex: 'Stored records must fit it',
  removeColumn: 'Its values are deleted',
  renameTable: 'Its records move with it',
  renameColumn: 'Its values move with it',
  changeColumn: 'Its values are converted',
}

/** Fields that are kept in the same way may still allow other values. */
function compareFields(old: EntitySection, name: string, after: EntitySection): Verdict[] {
  return Object.entries(after.fields).flatMap(([field, { kind, schema }]): Verdict[] => {
    const was = old.fields[field] ?? old.fields[after.renamedFields?.[field] ?? '']
    if (was?.kind !== kind) return []
    const narrowed = findRefusals(was.schema, schema)
    const widened = narrowed.length > 0 ? [] : findRefusals(schema, was.schema)
    return [
      ...narrowed.map((refusal) => fieldVerdict(name, field, after.derived ? 'derived' : 'breaking', refusal)),
      ...widened.map(({ from, to, ...rest }) => fieldVerdict(name, field, 'safe', { ...rest, from: to, to: from })),
    ]
  })
}

type FieldLevel = 'safe' | 'derived' | 'breaking'

function fieldVerdict(entity: string, field: string, level: FieldLevel, refusal: SchemaRefusal): Verdict {
  const { path, what, from, to, isProven } = refusal
  const narrowed = isProven ? 'Stored values may no longer fit' : 'It cannot be shown that stored values still fit'
  const meanings: Readonly<Record<FieldLevel, string>> = {
    safe: 'Every stored value still fits.',
    derived: 'Stored records are as they were until they are made again.',
    breaking: `${narrowed}: keep the wider type, or move the values to a new field by a command.`,
  }
  return {
    level: level === 'derived' ? 'safe' : level,
    item: `entity ${entity}`,
    change: `${[field, ...path].join('/')}: ${what} ${from} → ${to}`,
    reason: meanings[level],
  }
}
