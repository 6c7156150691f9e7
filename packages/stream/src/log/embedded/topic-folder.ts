import { join } from 'node:path'
import type { TopicDescription } from '../log.ts'
import { topicSettings } from '../topic-options.ts'
import { codeOf, damaged, logFailure, type LogFiles, readWhole, syncFolder, writeWhole } from './files.ts'

/*
 * A topic is a folder: `topic.json` and a folder for each partition. It is made under another name, and removed under another
 * one; those begin with a dot, which no topic's name does.
 */

const settingsPath = (folder: string, name: string) => join(folder, name, 'topic.json')

/** Removes what a process left half-made or half-removed. */
export async function tidyTopics(files: LogFiles, folder: string): Promise<void> {
  for (const name of await files.readdir(folder)) {
    if (name.startsWith('.')) await files.rm(join(folder, name), { recursive: true, force: true })
  }
}

/** The names of the topics. */
export async function listTopics(files: LogFiles, folder: string): Promise<string[]> {
  const entries = await files.readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted()
}

/** Undefined where there is none. @throws {Failure} LogDamaged */
export async function readTopic(files: LogFiles, folder: string, name: string): Promise<TopicDescription | undefined> {
  if (!(await listTopics(files, folder)).includes(name)) return undefined
  const path = settingsPath(folder, name)
  const settings = topicSettings.safeParse(await readWhole(files, path))
  if (!settings.success) throw damaged(path, 0, 'it does not hold the settings of a topic as they were written')
  return { name, ...settings.data }
}

/** @throws {Failure} DiskFull, InvalidConfig */
export async function createTopicFolder(
  files: LogFiles,
  folder: string,
  { name, ...settings }: TopicDescription,
): Promise<void> {
  const fresh = join(folder, `.${name}`)
  try {
    await files.rm(fresh, { recursive: true, force: true })
    await files.mkdir(fresh)
    for (let partition = 0; partition < settings.partitions; partition++)
      await files.mkdir(join(fresh, String(partition)))
    await writeWhole(files, join(fresh, 'topic.json'), settings)
    await files.rename(fresh, join(folder, name))
    await syncFolder(files, folder)
  } catch (thrown) {
    throw codeOf(thrown) === undefined ? thrown : logFailure(thrown, folder)
  }
}

/** Removes a topic: at once for whoever opens the log, its files one after the other. */
export async function removeTopicFolder(files: LogFiles, folder: string, name: string): Promise<void> {
  const gone = join(folder, `.${name}.removed`)
  await files.rm(gone, { recursive: true, force: true })
  await files.rename(join(folder, name), gone)
  await syncFolder(files, folder)
  await files.rm(gone, { recursive: true, force: true })
}
