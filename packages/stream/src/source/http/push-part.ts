import { type OpenApp, type Part, type PartKind, type Port, port } from '@heddle/core'
import type { AppLog } from '../topic/app-log.ts'
import { logIn } from '../topic/app-log.ts'
import { PushQueue, type PushQueueOptions } from './push-queue.ts'

/** What is pushed is decided by the job, which is compared by itself. */
const pushKind: PartKind = { name: 'push', compare: () => [] }

interface PushPart extends Part {
  readonly queue?: PushQueue
}

/** The port by which the command adds to a queue. */
export const queuePort = (name: string): Port<PushQueue> => port<PushQueue>(`${name}.Queue`, { external: true })

/** Gives an app the queue behind a port: each opened app has one of its own. */
export function pushPart(name: string, of: Port<PushQueue>, options: PushQueueOptions): Part {
  const part: Part = {
    kind: pushKind,
    name,
    inside: true,
    describe: () => ({ topic: options.topic }),
    provides: { port: of, service: undefined },
    instance(): PushPart {
      let log: AppLog | undefined
      const queue = new PushQueue(options, () => log!.get())
      return {
        ...part,
        instance: undefined,
        queue,
        provides: { port: of, service: queue },
        opened(app) {
          log = logIn(app)
        },
      }
    },
    simulated: () => part,
  }
  return part
}

/** The queue of an open app; undefined where it has none of this name. */
export const queueIn = (app: OpenApp, name: string): PushQueue | undefined =>
  (app.parts.find((part) => part.kind === pushKind && part.name === name) as PushPart | undefined)?.queue
