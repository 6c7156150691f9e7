import { type Change, changeText, tableOf } from './change.ts'
import type { Difference, Target } from './diff.ts'
import { foldMigrations, type Migration, migrationFile } from './file.ts'
import { diffTargets, nameOf } from './plan.ts'

/** What the migration files hold of the changes, and what the next one would be called. */
export interface Written {
  /** The name of the file that makes a change; undefined when it is still to be written. */
  fileOf(change: Change): string | undefined
  readonly next: string | undefined
}

/** What is known where the files are not at hand. */
export const noFiles = ([first]: readonly Difference[]): Written => ({
  fileOf: () => undefined,
  next: first && nameOf(first.change),
})

/** Looks which changes of the targets the migration files make. */
export function writtenChanges(files: readonly Migration[], targets: readonly Target[]): Written {
  const missing = diffTargets(foldMigrations(files), targets).map(({ change }) => change)
  const open = new Set(missing.map(changeText))
  return {
    next: missing[0] && nameOf(missing[0]),
    fileOf(change) {
      // A new table is in the files only when nothing of it is missing there.
      const isWhole = change.change !== 'addTable' || missing.every((other) => tableOf(other) !== change.table.name)
      if (open.has(changeText(change)) || !isWhole) return undefined
      const made = files.findLast(({ changes }) => changes.some((other) => changeText(other) === changeText(change)))
      // Several changes can come to this one, e.g. a number that became a real number, and then text.
      const near = made ?? files.findLast(({ changes }) => changes.some((other) => tableOf(other) === tableOf(change)))
      return near && migrationFile(near)
    },
  }
}
