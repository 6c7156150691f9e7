import { systemTimers } from '@heddle/core'
import { describe } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testDatabase } from '../testing/test-database.ts'
import { testTakes } from '../testing/test-takes.ts'
import { createConnector } from './connect.ts'
import { createPostgresDatabase } from './database.ts'
import { prepareDatabase } from './migrate.ts'

const limits = { readers: 4, snapshots: 4, holders: 4 }

async function openEmpty() {
  const connector = await createConnector({
    url: await freshDatabase(),
    connectTimeoutMs: 5000,
    answerTimeoutMs: 20_000,
  })
  const client = await connector.client({})
  await prepareDatabase(client)
  await client.end()
  return createPostgresDatabase({ connector, timers: systemTimers, limits })
}

describe('PostgreSQL', () => {
  testDatabase(openEmpty)
  testTakes(openEmpty)
})
