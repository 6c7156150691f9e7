import { Defect, type OpenApp, type Port, type PortScope, StreamedFile, systemFailure, uuidV7 } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { type BlobStore, createBlobStore } from './blob-store.ts'
import type { BlobRef } from './blob-type.ts'
import { createRowContents } from './row-contents.ts'

/** Files of one tenant, by the address of their content. */
export interface BlobFolder {
  /**
   * Stores a file, at once and once however often it comes. Keep what it gives in a field of type `blob()`: a content to
   * which no record refers goes after an hour.
   *
   * @throws {Failure} TooLarge, DiskFull
   */
  put(file: StreamedFile): Promise<BlobRef>
  /**
   * The file, whose bytes are read when they are asked for, also in part.
   *
   * @throws {Failure} NotFound
   */
  open(ref: BlobRef): Promise<StreamedFile>
}

/**
 * The port through which commands store and read files.
 *
 * @example
 * // in a command with uses: [Blobs, Photos]
 * ctx.use(Photos).insert({ title, image: await ctx.use(Blobs).put(input.photo) })
 */
export const Blobs: Port<BlobFolder> = {
  kind: 'port',
  name: 'heddle.Blobs',
  external: true,
  bind(scope: PortScope): BlobFolder {
    const unit = dataUnit(scope, 'heddle.Blobs')
    const folder = folderOf(
      blobStoreOf(unit.database, () => scope.newId()),
      unit.tenant,
    )
    return {
      async put(file) {
        if (unit.mode === 'query') throw new Defect('QueryWrote', { command: scope.command })
        return folder.put(file)
      },
      open: (ref) => folder.open(ref),
    }
  },
}

/**
 * The files of an app, for code outside of commands.
 *
 * @throws {Defect} MissingPart when the app has no database
 */
export function blobsOf(app: Pick<OpenApp, 'ports'>, tenant = 'main'): BlobFolder & Pick<BlobStore, 'collect'> {
  const { transactions, clock, random } = app.ports
  if (!(transactions instanceof DataTransactions)) {
    throw new Defect('MissingPart', { name: 'heddle.Blobs', missing: 'a database' })
  }
  const store = blobStoreOf(transactions.database, () => uuidV7(clock, random))
  return { ...folderOf(store, tenant), collect: () => store.collect() }
}

const stores = new WeakMap<Database, BlobStore>()

/** Lets a database keep contents where its engine wants them. */
export function provideBlobs(database: Database, store: BlobStore): void {
  stores.set(database, store)
}

/** The contents of a database: in its own rows where nobody provided another place. */
export function blobStoreOf(database: Database, newId: () => string): BlobStore {
  let store = stores.get(database)
  if (!store) stores.set(database, (store = createBlobStore(database, createRowContents(database, newId))))
  return store
}

function folderOf(store: BlobStore, tenant: string): BlobFolder {
  return {
    async put(file) {
      const { sha256, sizeBytes } = await store.put(tenant, file.stream())
      const { type, name } = file
      return { sha256, sizeBytes, type, ...(name !== undefined && { name: name.slice(0, 255) }) }
    },
    async open({ sha256, type, name }) {
      const sizeBytes = await store.sizeOf(tenant, sha256)
      if (sizeBytes === undefined) throw systemFailure('NotFound', { entity: 'blob', key: sha256 })
      const facts = { sha256, sizeBytes, type, ...(name !== undefined && { name }) }
      return new StreamedFile((range) => store.open(tenant, sha256, range), facts, { isRepeatable: true })
    },
  }
}
