import type { Part } from '@heddle/core'
import { describe } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { useTestDatabase } from '../testing/test-store.ts'
import { postgres } from './postgres.ts'

/** The database that stands for each folder. */
const parts = new Map<string, Promise<Part>>()
useTestDatabase((folder) => {
  const part = parts.get(folder) ?? freshDatabase().then((url) => postgres(url))
  parts.set(folder, part)
  return part
})

// What was written for SQLite must hold here too, word for word.
describe('units of work on PostgreSQL', async () => void (await import('../unit/data-unit.test.ts')))
describe('overlays on PostgreSQL', async () => void (await import('../unit/overlay.test.ts')))
describe('filters on PostgreSQL', async () => void (await import('../filter/filter.test.ts')))
describe('records on PostgreSQL', async () => void (await import('../entity/entity.test.ts')))
describe('the system’s tables on PostgreSQL', async () => void (await import('../system/system.test.ts')))
describe('leases on PostgreSQL', async () => void (await import('../lease/leases.test.ts')))
describe('the rules of entities on PostgreSQL', async () => void (await import('../repository/rules.test.ts')))
describe('paths on PostgreSQL', async () => void (await import('../repository/paths.test.ts')))
describe('autocrud on PostgreSQL', async () => void (await import('../autocrud/autocrud.test.ts')))
describe('pages on PostgreSQL', async () => void (await import('../repository/pages.test.ts')))
describe('migrations on PostgreSQL', async () => void (await import('../migration/migration.test.ts')))
describe('events on PostgreSQL', async () => void (await import('../events/events-of.test.ts')))
describe('events of changes on PostgreSQL', async () => void (await import('../events/change-events.test.ts')))
describe('retention of events on PostgreSQL', async () => void (await import('../events/event-retention.test.ts')))
describe('the event store on PostgreSQL', async () => void (await import('../event-store/event-store.test.ts')))
describe('encryption on PostgreSQL', async () => void (await import('../encryption/encryption.test.ts')))
describe('history on PostgreSQL', async () => void (await import('../history/history.test.ts')))
describe('handlers on PostgreSQL', async () => void (await import('../events/handler.test.ts')))
describe('projections on PostgreSQL', async () => void (await import('../event-store/projection.test.ts')))
describe('entities of users on PostgreSQL', async () => void (await import('../runtime/runtime-entities.test.ts')))
describe('access on PostgreSQL', async () => void (await import('../access/access.test.ts')))
describe('members on PostgreSQL', async () => void (await import('../membership/members.test.ts')))
