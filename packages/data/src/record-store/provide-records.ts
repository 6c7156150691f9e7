import { Defect, type Part, type PartKind, uuidV7 } from '@heddle/core'
import { memoryRecords } from './memory-store.ts'
import type { RecordStore, RecordStoreDriver } from './record-store.ts'
import type { RecordsPort } from './records.ts'
import { tenantRecords } from './tenant-records.ts'

const recordsKind: PartKind = { name: 'records', compare: () => [] }

/**
 * Gives an app the store in which the records of a port are kept. Tests and simulation keep them in memory.
 *
 * @example app('web', { parts: [openSession, provideRecords(Sessions, memoryRecords())] })
 */
export function provideRecords<Rec, K, New, Patch>(
  port: RecordsPort<Rec, K, New, Patch>,
  driver: RecordStoreDriver,
): Part {
  const declared: Part = {
    kind: recordsKind,
    name: port.entity.name,
    describe: () => ({ store: driver.describe() }),
    provides: { port: port as RecordsPort, service: undefined },
    simulated: () => provideRecords(port, memoryRecords()),
    instance: () => recordsInstance(declared, port as RecordsPort, driver),
  }
  return declared
}

/** The store of one open app. */
function recordsInstance(declared: Part, port: RecordsPort, driver: RecordStoreDriver): Part {
  const { entity } = port
  let store: RecordStore | undefined
  let newId = (): string => ''
  const opened = () => {
    if (store) return store
    throw new Defect('MissingPart', { name: port.name, missing: 'its store, which is not open' })
  }
  return {
    ...declared,
    instance: undefined,
    provides: { port, service: tenantRecords(entity, opened, () => newId()) },
    async open(host) {
      const { clock, random, intercept } = host.ports
      newId = () => uuidV7(clock, random)
      const own = await driver.open(host)
      try {
        await own.prepare(entity.table)
      } catch (thrown) {
        await own.close()
        throw thrown
      }
      store = intercept?.(port.name, own) ?? own
    },
    async stop() {
      await store?.close()
    },
  }
}
