import { systemFailure } from '@heddle/core'
import { resolve } from 'node:path'
import { z } from 'zod'
import { fileFields, formatOf, isPacked } from './file/file-settings.ts'
import { lettersIn } from './file/letters-in.ts'
import { fileIn, folderFileLimit, folderFiles, isListed } from './file/folder-files.ts'
import { inTurn } from './file/in-turn.ts'
import { openReader } from './file/open-reader.ts'
import { fileOf, FileOwners } from './file/owners.ts'
import { isFirstFile } from './file/rotated.ts'
import { watchFolder } from './file/watch-folder.ts'
import { defineSource, type OpenSource, type SourceHost } from './source.ts'

const config = z.strictObject({
  path: z.string().min(1),
  match: z.string().optional().describe("Which files, e.g. `*.ndjson`. @default '*'"),
  partitions: z
    .enum(['file', 'one'])
    .optional()
    .describe('Each file is a partition of its own, or all are one, in the order of their names. @default file'),
  ...fileFields,
})

/** What a folder source is told. */
export type FolderSourceConfig = z.output<typeof config>

/** The kind of source `folder`: the files of a folder; with `follow` also those that come, and what is added to any. */
export const folderSourceKind = defineSource<FolderSourceConfig>({
  name: 'folder',
  summary: 'The records of the files in a folder, and with `follow` of those that come',
  config,
  short: 'path',
  examples: [{ path: 'incoming' }, { path: 'logs', match: '*.log', follow: true, partitions: 'one' }],
  create(given) {
    const { path, match = '*', follow = false, partitions = 'file' } = given
    return {
      kind: 'folder',
      bounded: !follow,
      // Files in turn that come later are passed over where their names are smaller: the next reading would have them.
      guarantees: { replays: true, ordered: true, rereads: !(follow && partitions === 'one') },
      ...(follow && partitions === 'one' && { once: onceInTurn }),
      ...(given.format === 'lines' && { type: { kind: 'string' as const } }),
      how: ['follow'],
      paths: ['path'],
      describe: () => ({ path, match, partitions, ...(follow && { follow }) }),
      open: (host) => openFolder({ ...given, match, follow, partitions }, resolve(host.root, path), host),
    }
  },
})

const onceInTurn =
  'with `follow: true` and `partitions: one` a file is passed over that comes late with a smaller name, and the next reading would have it'

type Settings = FolderSourceConfig & { readonly match: string; readonly follow: boolean }

function openFolder(settings: Settings, folder: string, host: SourceHost): OpenSource {
  const { match, follow, partitions } = settings
  const files = () => folderFiles(folder, match)
  // Nothing is added to a compressed file or to Parquet, so that it ends even where others are followed.
  const mayGrow = (name: string) => follow && !isPacked(name) && formatOf(name, settings) !== 'parquet'
  const again = lettersIn(settings, host)
  if (partitions === 'file') {
    const owners = new FileOwners(folder, (name) => isListed(name, match))
    return {
      ...again,
      resume: (positions) => owners.resume(positions),
      async partitions() {
        const found = await owners.partitions(await files())
        if (found.length <= folderFileLimit) return found
        throw systemFailure('LimitReached', { name: 'folderSource.files', limit: folderFileLimit })
      },
      onPartitions(changed) {
        if (!follow) return () => {}
        owners.changed = changed
        return watchFolder(folder, host.ports, (grown) => {
          if (owners.mayChange(grown)) changed()
        })
      },
      async openPartition(name, position) {
        const at = owners.open(name, position)
        const given = { settings, follow: mayGrow(fileOf(name)), host }
        if (!isPacked(name) && formatOf(fileOf(name), settings) !== 'parquet') {
          return openReader({ ...given, path: fileIn(folder, fileOf(name)), kin: owners.kinOf(name) }, at)
        }
        const reader = openReader({ ...given, path: await owners.pathOf(name, at) }, at)
        return {
          async read(max) {
            const batch = await reader.read(max)
            if (batch) owners.note(name, batch.position)
            return batch
          },
          close: () => reader.close(),
        }
      },
      async rereads(name, position) {
        const path = fileIn(folder, fileOf(name))
        if (fileOf(name) !== name) return false
        return mayGrow(name) ? isFirstFile(path, position) : (await owners.pathOf(name, position)) === path
      },
      close() {},
    }
  }
  return {
    ...again,
    partitions: () => ['0'],
    openPartition(_partition, position) {
      const isOver = (name: string) => async () => (await files()).some((other) => other > name)
      const open = (name: string, at: typeof position) =>
        openReader({ path: fileIn(folder, name), settings, follow: mayGrow(name), isOver: isOver(name), host }, at)
      const reader = inTurn({ files, open, follow, signal: host.signal }, position as never)
      const stop = follow ? watchFolder(folder, host.ports, reader.wake) : () => {}
      return {
        read: reader.read,
        async close() {
          stop()
          await reader.close()
        },
      }
    },
    close() {},
  }
}
