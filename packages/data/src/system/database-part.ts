import { uuidV7 } from '@heddle/core'
import type { Host, Json, Maybe, Part, PartHealth, PartKind, Ports } from '@heddle/core'
import { type BlobContents } from '../blob/blob-contents.ts'
import { createBlobStore } from '../blob/blob-store.ts'
import { blobStoreOf, provideBlobs } from '../blob/blobs.ts'
import { startCollection } from '../blob/collect.ts'
import type { Database } from '../database/database.ts'
import { ChangeWatch } from '../feed/change-watch.ts'
import { encryptedDatabase } from '../encryption/encrypted-database.ts'
import { type MigratedPart, migrationsFolder, usualMigrations } from '../migration/folder.ts'
import { assertMigrated } from '../migration/guard.ts'
import { Schema } from '../migration/schema.ts'
import { joinMembers } from '../membership/join-members.ts'
import { measuredDatabase } from '../telemetry/measured-database.ts'
import { assertOwnApp } from './app-name.ts'
import { portsOf } from './ports.ts'
import { prepareSystemTables } from './prepare.ts'
import { startRetention } from './retention.ts'

/** What an engine is handed to open. */
export type OpenHost = Pick<Host, 'ports' | 'folder' | 'root' | 'mode' | 'environment'>

/** A driver that is open; its system tables may still be missing. */
export interface OpenDriver {
  readonly database: Database
  /** How errors call it, e.g. a path. */
  readonly where: string
  /** Whether old rows are removed in the background. */
  readonly hasUpkeep: boolean
  /** Where files lie. @default rows of the database */
  readonly blobs?: BlobContents
  /** Whether it answers. @default it does while it is open */
  check?(): Maybe<PartHealth>
  /** Frees what the engine holds beside the driver, after the driver is closed. */
  release?(): Maybe<void>
}

/** What each database part brings of its own. */
export interface EnginePart {
  readonly name: string
  /** @default 'migrations' */
  readonly migrations: string | undefined
  /** Whether the records lie in the app's data folder. */
  readonly isEmbedded: boolean
  describe(): Json
  open(host: OpenHost): Promise<OpenDriver>
  /** The part that stands in for it in tests and simulation. */
  simulated(): Part
}

const databaseKind: PartKind = { name: 'database', compare: () => [] }

/** A database as a part of an app. It only declares: each app that is opened takes an instance. */
export function databasePart(engine: EnginePart): MigratedPart {
  const part: MigratedPart = {
    kind: databaseKind,
    name: engine.name,
    migrations: engine.migrations ?? usualMigrations,
    isEmbedded: engine.isEmbedded,
    describe: () => engine.describe(),
    simulated: () => engine.simulated(),
    instance: () => databaseInstance(part, engine),
  }
  return part
}

/** One open database. */
function databaseInstance(declared: MigratedPart, engine: EnginePart): Part {
  let driver: OpenDriver | undefined
  let leave: (() => Promise<void>) | undefined
  let close: (() => Promise<void>) | undefined
  return {
    ...declared,
    instance: undefined,
    async open(host): Promise<Partial<Ports>> {
      const opened = await engine.open(host)
      let stopRetention: (() => Promise<void>) | undefined
      let stopCollection: (() => Promise<void>) | undefined
      const changes = new ChangeWatch(opened.database, host.ports)
      const closeAll = async () => {
        changes.close()
        await stopCollection?.()
        await stopRetention?.()
        await opened.database.close()
        await opened.release?.()
      }
      try {
        await prepareSystemTables(opened.database, opened.where)
        const { opener, ports } = host
        if (opener) await assertOwnApp(opened.database, opener, { path: opened.where, ...ports })
        const intercepted = host.ports.intercept?.('database', opened.database) ?? opened.database
        const database = encryptedDatabase(measuredDatabase(changes.around(intercepted), host.ports), host.ports)
        const schema = await Schema.read(opened.database)
        await assertMigrated(database, migrationsFolder(declared, host.root), host.mode)
        if (opened.blobs) provideBlobs(database, createBlobStore(database, opened.blobs))
        if (opened.hasUpkeep) {
          const store = blobStoreOf(database, () => uuidV7(ports.clock, ports.random))
          stopCollection = startCollection(store, ports)
        }
        if (opened.hasUpkeep) stopRetention = startRetention(database, ports)
        driver = opened
        close = closeAll
        return portsOf(database, schema, host.ports, { changes, parts: host.parts })
      } catch (error) {
        await closeAll()
        throw error
      }
    },
    /** Whoever only opens it, e.g. for one call, is no member. */
    async start({ app, ports }) {
      if (driver?.hasUpkeep) leave = await joinMembers(driver.database, app, ports)
    },
    health: (): Maybe<PartHealth> => (driver ? (driver.check?.() ?? { ok: true }) : { ok: false }),
    async stop() {
      const [leaving, closing] = [leave, close]
      leave = close = driver = undefined
      await leaving?.()
      await closing?.()
    },
  }
}
