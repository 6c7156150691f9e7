import { Defect, type OpenApp, type Part, type PartKind, type Port, port } from '@heddle/core'
import { join } from 'node:path'
import { openEmbeddedLog } from '../../log/embedded/embedded-log.ts'
import type { Log } from '../../log/log.ts'
import { createMemoryLog } from '../../log/memory/memory-log.ts'

/** The log of an open app. It is opened by the first who needs it. */
export interface AppLog {
  get(): Promise<Log>
}

/** The port by which commands write to topics. */
export const AppLog: Port<AppLog> = port<AppLog>('heddle.Log', { external: true })

/** Topics belong to the jobs that use them, which are compared by themselves. */
const logKind: PartKind = { name: 'log', compare: () => [] }

interface LogPart extends Part {
  readonly log?: AppLog
}

const opened = (open: () => Promise<Log>): AppLog & { close(): Promise<void> } => {
  let log: Promise<Log> | undefined
  return {
    get: () => (log ??= open()),
    async close() {
      const closing = log
      log = Promise.reject(new Defect('MissingPart', { name: 'The log', missing: 'an app that is open' }))
      log.catch(() => undefined)
      await (await closing?.catch(() => undefined))?.close()
    },
  }
}

const part = (make: (host: Parameters<NonNullable<Part['open']>>[0]) => Promise<Log>): LogPart => {
  const declared: LogPart = {
    kind: logKind,
    name: 'heddle.Log',
    inside: true,
    describe: () => ({}),
    provides: { port: AppLog, service: undefined },
    instance(): LogPart {
      let host: Parameters<NonNullable<Part['open']>>[0] | undefined
      const log = opened(() => {
        if (!host) throw new Defect('MissingPart', { name: 'The log', missing: 'an app that is open' })
        return make(host)
      })
      return {
        ...declared,
        instance: undefined,
        log,
        provides: { port: AppLog, service: log },
        open(given) {
          host = given
        },
        stop: () => log.close(),
      }
    },
  }
  return declared
}

const simulatedLog = part(async ({ ports: { clock } }) => createMemoryLog({ clock }))

/** The log of an app, in its data folder: a part that sources and sinks of topics bring along. */
export const appLog: Part = {
  ...part(({ folder, ports }) => openEmbeddedLog({ folder: join(folder, 'log'), ports })),
  simulated: () => simulatedLog,
}

/** The log of an open app; undefined where nothing brought it. */
export const logIn = (app: OpenApp): AppLog | undefined =>
  (app.parts.find(({ kind }) => kind === logKind) as LogPart | undefined)?.log

/**
 * The log of a source or sink.
 *
 * @throws {Defect} MissingPart
 */
export async function logOf(host: {
  readonly app?: OpenApp
  readonly log?: Log | AppLog
  readonly job: string
}): Promise<Log> {
  if (host.log) return 'get' in host.log ? host.log.get() : host.log
  const found = host.app && logIn(host.app)
  if (found) return found.get()
  throw new Defect('MissingPart', { name: host.job, missing: 'a log for its topics' })
}
