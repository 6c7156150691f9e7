import { resolve } from 'node:path'
import type { App } from '@heddle/core'
import { migrationsFolder } from '@heddle/data'
import type { Argument } from '../../cli-command.ts'
import type { Session } from '../../session.ts'

/** Where the migration files are, for every command that reads them. */
export const migrationsArgument = {
  type: 'text',
  value: 'FOLDER',
  summary: 'The folder of the migration files [what the database names, else migrations beside package.json]',
} as const satisfies Argument

/** A folder that is typed counts from where it is typed; the one of the declaration from the folder of the app. */
export const migrationsOf = (typed: string | undefined, { definition }: App, { around, root }: Session): string =>
  typed === undefined ? migrationsFolder(definition.database, root) : resolve(around.cwd, typed)
