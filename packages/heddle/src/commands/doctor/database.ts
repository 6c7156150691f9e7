import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { App } from '@heddle/core'
import { isEmbedded, systemFormat } from '@heddle/data'
import { withDatabase } from '../../migrate/with-database.ts'
import { type Check, fail, type Finding, messageOf, ok, type Patient, warn } from './finding.ts'

/** Whether the database can be used: an embedded one is looked into, a server is asked. */
export const checkDatabase: Check = async (patient) => {
  const app = await patient.app().catch(() => undefined)
  return app?.definition.database && !isEmbedded(app.definition.database) ? askServer(app, patient) : lookInto(patient)
}

/** Whether a server answers and can keep what its driver promises: who opens it looks at that. */
async function askServer(app: App, patient: Patient): Promise<Finding> {
  try {
    return await withDatabase(app, patient, async ({ database }) =>
      ok('database', `${database.name}, format ${await database.format()}`),
    )
  } catch (thrown) {
    return fail('database', messageOf(thrown), 'Check its address, and that the server runs.')
  }
}

/** Whether the embedded database is sound and set as it should be. It is only read. */
const lookInto = ({ folder }: Pick<Patient, 'folder'>): Finding => {
  const path = join(folder, 'app.db')
  if (!existsSync(path)) return ok('database', 'none in the data folder yet')
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { readOnly: true, timeout: 1000 })
    const read = (pragma: string) => Object.values(connection!.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]
    const trouble = read('quick_check(1)')
    if (trouble !== 'ok') return fail('database', `${path}: ${String(trouble)}`, 'Restore it from a backup.')
    const format = Number(read('user_version'))
    if (format > systemFormat()) {
      const newer = `${path}, format ${format}, newer than ${systemFormat()}`
      return fail('database', newer, 'It was written by a newer version of Heddle: use that one.')
    }
    const detail = `${path}, format ${format}, journal ${read('journal_mode')}, ${size(Number(read('page_count')) * Number(read('page_size')))}`
    return read('journal_mode') === 'wal'
      ? ok('database', detail)
      : warn(
          'database',
          detail,
          'It was not written by Heddle, or was copied: the next start turns on the write-ahead log.',
        )
  } catch (thrown) {
    return fail(
      'database',
      `${path}: ${messageOf(thrown)}`,
      'Check its owner and mode; if it is damaged, restore it from a backup.',
    )
  } finally {
    connection?.close()
  }
}

const size = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
