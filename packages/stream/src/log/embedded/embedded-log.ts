import * as nodeFiles from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Cancel, Defect, type Ports, systemClock, systemFailure, systemTimers, jsonLog } from '@heddle/core'
import { makeFolder, own, type Ownership } from '@heddle/data'
import { ByteBudget } from '../byte-budget.ts'
import { type LogLimits, limitsOf } from '../limits.ts'
import type { Log, LogGuarantees } from '../log.ts'
import { checkSame, topicOf, unknownTopic } from '../topic-options.ts'
import type { LogFiles } from './files.ts'
import { createTopicFolder, listTopics, readTopic, removeTopicFolder, tidyTopics } from './topic-folder.ts'
import { EmbeddedTopic } from './topic.ts'

/** How the embedded log works. */
export interface EmbeddedLogOptions {
  /** Where it lies, e.g. `.heddle/log`. */
  readonly folder: string
  /** @default those of the machine */
  readonly ports?: Partial<Pick<Ports, 'clock' | 'timers' | 'log'>>
  readonly limits?: LogLimits
  /** A segment of so many bytes is sealed. Smaller ones where a topic keeps little. @default 64 MiB */
  readonly segmentBytes?: number
  /** A segment whose first frame is so old is sealed. Younger ones where a topic keeps its records for a short time. @default one day */
  readonly segmentMs?: number
  /** So often topics are maintained; 0 for never. @default 5 minutes */
  readonly maintainEveryMs?: number
  /** For so long a record that says that its key is gone is kept by compaction. @default one day */
  readonly tombstoneMs?: number
  /** Keys that compaction holds in memory at a time (limit `log.compaction`). @default 1,000,000 */
  readonly compactionKeys?: number
  /** @default those of Node */
  readonly files?: LogFiles
}

const guarantees: LogGuarantees = {
  survives: 'power loss',
  dropsRepeats: true,
  fencesProducers: true,
  shared: false,
}

/** The folders that are open in this thread, for a plain word about it. */
const open = new Set<string>()

/**
 * Opens the embedded log: files of segments in a folder. It is opened once, in one process and one thread of it; the kernel frees it
 * however that ends.
 *
 * @throws {Failure} DatabaseLocked where another process or thread has it, InvalidConfig, DiskFull
 * @throws {Defect} InvalidDefinition where this thread has it open already
 * @example
 * const log = await openEmbeddedLog({ folder: '.heddle/log' })
 * const orders = await log.createTopic('shop.Orders', { partitions: 4 })
 * await orders.append(0, { records: [{ key: 'o-1', value: '{"qty":2}', time: 0 }] })
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<Log> {
  const folder = resolve(options.folder)
  if (open.has(folder)) {
    throw new Defect('InvalidDefinition', {
      name: `The log in ${folder}`,
      reason: 'it is open already: open it once, and hand it on',
    })
  }
  open.add(folder)
  let owner: Ownership | undefined
  const free = () => {
    owner?.release()
    open.delete(folder)
  }
  try {
    const files = options.files ?? nodeFiles
    await makeFolder(folder)
    owner = own(folder)
    await tidyTopics(files, folder)
    return createLog(folder, options, free)
  } catch (thrown) {
    free()
    throw thrown
  }
}

function createLog(folder: string, options: EmbeddedLogOptions, free: () => void): Log {
  const { ports = {}, maintainEveryMs = 5 * 60_000, files = nodeFiles } = options
  const { clock = systemClock, timers = systemTimers } = ports
  const lines = ports.log ?? jsonLog('info', undefined, clock)
  const limits = limitsOf(options.limits)
  const budget = new ByteBudget(limits.queueBytes, limits.whenFull)
  const topics = new Map<string, Promise<EmbeddedTopic>>()
  let closing: Promise<void> | undefined
  let cancel: Cancel = () => undefined

  const closed = () => systemFailure('Unavailable', { what: `The log in ${folder}, which is closed,` })
  const checkOpen = () => {
    if (closing) throw closed()
  }
  /** Changes to the list of topics go one after the other. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(run: () => Promise<Value>): Promise<Value> => {
    const running = turn.then(() => {
      checkOpen()
      return run()
    })
    turn = running.catch(() => undefined)
    return running
  }

  const openTopic = async (name: string): Promise<EmbeddedTopic> => {
    const topic = await readTopic(files, folder, name)
    if (topic === undefined) throw unknownTopic(name, await listTopics(files, folder))
    return EmbeddedTopic.open({ ...options, folder, files, clock, lines, limits, budget }, topic)
  }
  const opened = (name: string): Promise<EmbeddedTopic> => {
    const known = topics.get(name)
    if (known) return known
    const opening = openTopic(name)
    topics.set(name, opening)
    // Opened again, it may be there, or mended.
    opening.catch(() => topics.delete(name))
    return opening
  }

  const maintainAll = async (): Promise<void> => {
    for (const [name, opening] of topics) {
      try {
        await (await opening).maintainAtTimes()
      } catch (thrown) {
        const { message } = thrown as Error
        if (!closing)
          lines.write('error', 'A topic of the log could not be maintained.', { topic: name, because: message })
      }
    }
    arm()
  }
  const arm = () => {
    if (maintainEveryMs > 0 && !closing) {
      cancel = timers.after(maintainEveryMs, () => void maintainAll(), { background: true })
    }
  }
  arm()

  return {
    name: 'embedded',
    guarantees,
    createTopic: (name, asked) =>
      inTurn(async () => {
        const wanted = topicOf(name, asked)
        const same = (await listTopics(files, folder)).find((each) => each.toLowerCase() === name.toLowerCase())
        if (same === undefined) await createTopicFolder(files, folder, wanted)
        // Some file systems do not tell capital letters from small ones.
        else checkSame({ ...(await readTopic(files, folder, same))!, name: same }, wanted)
        return opened(name)
      }),
    openTopic: (name) => inTurn(() => opened(name)),
    topics: () =>
      inTurn(async () => {
        const names = await listTopics(files, folder)
        return Promise.all(names.map(async (name) => (await readTopic(files, folder, name))!))
      }),
    removeTopic: (name) =>
      inTurn(async () => {
        if ((await readTopic(files, folder, name)) === undefined)
          throw unknownTopic(name, await listTopics(files, folder))
        const topic = await topics.get(name)?.catch(() => undefined)
        topics.delete(name)
        await topic?.close(unknownTopic(name, []))
        await removeTopicFolder(files, folder, name)
      }),
    close() {
      closing ??= (async () => {
        cancel()
        const cause = closed()
        budget.close(cause)
        await turn
        const all = await Promise.allSettled(topics.values())
        await Promise.all(all.map((each) => (each.status === 'fulfilled' ? each.value.close(cause) : undefined)))
        free()
      })()
      return closing
    },
  }
}
