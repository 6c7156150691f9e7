import { type CommandFacts, Defect, parseDuration, type Part, type PartKind } from '@heddle/core'
import { databaseOf } from '../events/events-of.ts'
import { HistoryWriter } from './history-writer.ts'
import { keepHistoryFor, usualHistoryMs } from './kept-for.ts'

/** Which calls are kept, and for how long. */
export interface HistoryOptions {
  /** @default '30d' */
  readonly keptFor?: string
  /** Full names, or all of a domain: `bank.*`. @default all */
  readonly commands?: readonly string[]
  /** Whether queries are kept too. @default false */
  readonly queries?: boolean
}

/** What is kept is nobody else's business. */
const historyKind: PartKind = { name: 'history', compare: () => [] }

/**
 * Keeps who called what, when, over which surface, and how it ended. A call that writes is kept with its writes; others
 * are written together, a little later.
 *
 * @throws {Defect} InvalidDefinition
 * @example app('bank', { database: sqlite(), parts: [bank, history({ keptFor: '1y', commands: ['bank.*'] })] })
 */
export function history(options: HistoryOptions = {}): Part {
  const { keptFor, commands, queries = false } = options
  const keptMs = keptFor === undefined ? usualHistoryMs : durationOf(keptFor)
  const name = 'history'
  const part: Part = {
    kind: historyKind,
    name,
    describe: () => ({ keptFor: keptFor ?? '30d', ...(commands && { commands: [...commands] }), queries }),
    simulated: () => part,
    instance() {
      let writer: HistoryWriter | undefined
      return {
        ...part,
        instance: undefined,
        open({ ports }) {
          const database = databaseOf(ports, name)
          const own = (writer = new HistoryWriter(database, ports))
          keepHistoryFor(database, keptMs)
          return {
            history: {
              keeps: (command) => (queries || command.kind !== 'query') && isAmong(commands, command),
              write: (unit, entry) => own.write(unit, entry),
              add: (entry) => own.add(entry),
              flush: () => own.flush(),
            },
          }
        },
        stop: () => writer?.flush(),
      }
    },
  }
  return part
}

function durationOf(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    throw new Defect('InvalidDefinition', {
      name: 'history',
      reason: `keptFor is a duration like '30d', not "${text}"`,
    })
  }
}

const isAmong = (wanted: readonly string[] | undefined, { name, domain }: CommandFacts) =>
  wanted === undefined || wanted.includes(name) || wanted.includes(`${domain}.*`)
