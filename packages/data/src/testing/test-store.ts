import { createPorts, memoryLog, type Part, type Port, type PortScope, type Ports, uuidV7 } from '@heddle/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../database/database.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import type { DataUnit } from '../unit/data-unit.ts'

/** A database with a few entities, and units of work on it without an app around them. */
export interface TestStore extends AsyncDisposable {
  readonly folder: string
  readonly ports: Ports
  readonly database: Database
  readonly transactions: DataTransactions
  unit(options?: { mode?: 'command' | 'query'; tenant?: string; after?: DataUnit; signal?: AbortSignal }): DataUnit
  /** A port's service in a unit. */
  use<Service>(port: Port<Service>, unit: DataUnit): Service
  close(): Promise<void>
}

/** How a test store is opened. */
export interface TestStoreOptions {
  /** @default sqlite(), or what `useTestDatabase` said */
  readonly part?: Part
  readonly mode?: 'development' | 'production'
  /** Opens an existing folder, which is then kept. @default a new one */
  readonly folder?: string
  readonly ports?: Partial<Ports>
}

let usual: ((folder: string) => Part | Promise<Part>) | undefined

/**
 * Says which database test stores open from now on, so that tests which were written for one engine run on another.
 *
 * @param open makes the part for a folder; the same folder must lead to the same data
 */
export function useTestDatabase(open: (folder: string) => Part | Promise<Part>): void {
  usual = open
}

/** The database of an app under test: SQLite, or what `useTestDatabase` said. */
export function usualDatabase(): Part {
  const open = usual
  if (!open) return sqlite()
  const part: Part = {
    ...sqlite(),
    simulated: undefined,
    instance() {
      let chosen: Part | undefined
      return {
        ...part,
        instance: undefined,
        async open(host) {
          const declared = await open(host.folder)
          chosen = declared.instance?.() ?? declared
          return chosen.open?.(host)
        },
        start: (host) => chosen?.start?.(host),
        health: () => chosen?.health?.() ?? { ok: false },
        stop: () => chosen?.stop?.(),
      }
    },
  }
  return part
}

/** Opens a database part as an app would. */
export async function openTestStore(
  entities: readonly AnyEntity[],
  options: TestStoreOptions = {},
): Promise<TestStore> {
  const { mode = 'development' } = options
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'heddle-test-')))
  const declared = options.part ?? (await usual?.(folder)) ?? sqlite()
  const part = declared.instance?.() ?? declared
  const machine = createPorts({ log: memoryLog(), ...options.ports })
  const host = { folder, root: folder, mode, environment: {}, parts: entities }
  const provided = await part.open!({ ...host, ports: machine })
  const ports: Ports = { ...machine, ...provided }
  const { transactions } = ports
  if (!(transactions instanceof DataTransactions)) throw new TypeError('the part is no database')
  let open = true
  const close = async () => {
    if (!open) return
    open = false
    await part.stop?.()
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const entity of entities) await entity.open?.({ ...host, ports })
  } catch (error) {
    await close()
    throw error
  }

  const never = new AbortController().signal
  return {
    folder,
    ports,
    database: transactions.database,
    transactions,
    unit: ({ mode: unitMode = 'command', tenant = 'main', after, signal } = {}) =>
      transactions.begin({ mode: unitMode, tenant, after, signal }),
    use(port, unit) {
      const scope: PortScope = {
        command: 'test.Command',
        tenant: unit.tenant,
        clock: ports.clock,
        random: ports.random,
        signal: never,
        unit,
        newId: () => uuidV7(ports.clock, ports.random),
        afterCommit() {},
        keepLetter() {},
      }
      return port.bind!(scope)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
