import { isPromise, type Log } from '@heddle/core'
import type { Database } from '../database/database.ts'

const topic = 'heddle.Rebuild'

/**
 * Hears when a projection is rebuilt by another process. A notice that is missed costs time and nothing else: the next
 * place that is saved is refused.
 */
export class RebuildNotices {
  #stopped = false
  #end: (() => void) | undefined

  constructor({ notices }: Pick<Database, 'notices'>, log: Log, heard: () => void) {
    const listening = notices.subscribe(topic, heard, { missed: heard })
    const keep = (end: () => void) => {
      if (this.#stopped) end()
      else this.#end = end
    }
    if (!isPromise(listening)) keep(listening)
    else {
      listening.then(keep, (thrown: unknown) => {
        log.write('warning', 'rebuilds by other processes are not heard at once', {
          reason: String((thrown as Error).message),
        })
      })
    }
  }

  /** Tells every process that some projection was begun anew. */
  static async tell({ notices }: Pick<Database, 'notices'>): Promise<void> {
    await notices.publish(topic, '')
  }

  stop(): void {
    this.#stopped = true
    this.#end?.()
  }
}
