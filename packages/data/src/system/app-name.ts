import { type Clock, type Opener, type Random, systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { createDeployments } from './deployments.ts'
import { AppRecord, systemTenant } from './entities.ts'
import { findRecords, putWrite } from './records.ts'

/** There is one row: a database is of one app. */
const key = 'app'

/**
 * Notes which app a database is of, and refuses any other: it would make its own tables beside those of that app, which
 * the next comparison would take for changes.
 *
 * @throws {Failure} DatabaseOfOtherApp
 */
export async function assertOwnApp(
  database: Database,
  { name, formerly }: Opener,
  { path, clock, random }: { readonly path: string; readonly clock: Clock; readonly random: Random },
): Promise<void> {
  const noted = await notedName(database)
  // One that was served before names were noted: the manifest that was deployed says it.
  const owner = noted ?? (await createDeployments(database, clock, random).latest())?.app
  if (owner !== undefined && owner !== name && !formerly.includes(owner)) {
    throw systemFailure('DatabaseOfOtherApp', { path, owner, name })
  }
  if (noted === name) return
  await database.commit({ tenant: systemTenant, checks: [], writes: [putWrite(AppRecord, { key, name })] })
}

async function notedName(database: Database): Promise<string | undefined> {
  const [record] = await findRecords(database, AppRecord, systemTenant, { limit: 1 })
  return record?.name
}
