import { type App, app, type OpenApp, type OpenOptions, systemFailure } from '@heddle/core'
import { type AnyEntity, type Database, DataTransactions } from '@heddle/data'
import { declaredIn } from '../commands/declared.ts'

/** The database of an app, open alone. */
export interface BareDatabase {
  readonly database: Database
  /** The app without parts: only its ports are of use. */
  readonly open: OpenApp
}

/**
 * Opens the database of an app and nothing else: its entities would already change their tables, or refuse to open.
 *
 * @param ports of the machine's own, e.g. the keys for those who read what is encrypted
 * @throws {Failure} MissingPart, for an app without a database; DatabaseLocked, while a process serves it
 */
export async function withDatabase<Result>(
  { name, definition }: App,
  { folder, root, environment = {} }: Pick<OpenOptions, 'folder' | 'root' | 'environment'>,
  use: (bare: BareDatabase) => Promise<Result>,
  ports: OpenOptions['ports'] = {},
): Promise<Result> {
  const { database: part, formerly } = definition
  if (!part) throw systemFailure('MissingPart', { name: `The app ${name}`, missing: 'a database' })
  // Development, because production refuses to open what this is to mend.
  const open = await app(name, { parts: [], database: part, formerly }).open({
    folder,
    root,
    mode: 'development',
    environment,
    ports,
  })
  try {
    const { transactions } = open.ports
    if (!(transactions instanceof DataTransactions)) {
      throw systemFailure('MissingPart', { name: `The app ${name}`, missing: 'a database with tables' })
    }
    return await use({ database: transactions.database, open })
  } finally {
    await open.close()
  }
}

/** The entities that an app declares. */
export const entitiesOf = (declared: App): AnyEntity[] =>
  declaredIn(declared).parts.filter((part) => part.kind.name === 'entity') as AnyEntity[]
