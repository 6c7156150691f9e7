import { Failure } from '@heddle/core'
import type { Key, Row, Table } from '../database/table.ts'

type Rows = readonly (Row | undefined)[]

/** Reads rows by key. */
export type ReadKeys = (table: Table, tenant: string, keys: readonly Key[]) => Promise<Rows>

interface Waiting {
  readonly keys: readonly Key[]
  resolve(rows: Rows | Promise<Rows>): void
  reject(error: unknown): void
}

/** Most keys that several callers ask for in one statement (limit `postgres.keys`). */
const keysLimit = 1000

/**
 * Reads by key, of which those that are asked for within one turn of the event loop leave as one statement: many calls
 * that run at a time cost the server little more than one.
 */
export function keyReads(read: ReadKeys): ReadKeys {
  let waiting = new Map<Table, Map<string, Waiting[]>>()

  return (table, tenant, keys) => {
    if (keys.length === 0) return Promise.resolve([])
    if (waiting.size === 0) queueMicrotask(onMicrotask)
    return new Promise((resolve, reject) => {
      let tenants = waiting.get(table)
      if (!tenants) waiting.set(table, (tenants = new Map()))
      const one = { keys, resolve, reject }
      const others = tenants.get(tenant)
      if (others) others.push(one)
      else tenants.set(tenant, [one])
    })
  }

  /** A tick is scheduled from a microtask, so that it comes after every microtask that still wants to read. */
  function onMicrotask() {
    process.nextTick(flush)
  }

  function flush() {
    const all = waiting
    waiting = new Map()
    for (const [table, tenants] of all) {
      for (const [tenant, callers] of tenants) {
        for (const group of groupsOf(callers)) void readGroup(table, tenant, group)
      }
    }
  }

  async function readGroup(table: Table, tenant: string, group: readonly Waiting[]): Promise<void> {
    try {
      const rows = await read(
        table,
        tenant,
        group.flatMap(({ keys }) => keys),
      )
      let first = 0
      for (const { keys, resolve } of group) resolve(rows.slice(first, (first += keys.length)))
    } catch (error) {
      // What the database says of one key, e.g. that it is no number, is nothing to the others.
      const isOfAll = group.length === 1 || error instanceof Failure
      for (const { keys, resolve, reject } of group) {
        if (isOfAll) reject(error)
        else resolve(read(table, tenant, keys))
      }
    }
  }
}

/** Callers whose keys go into one statement. */
function groupsOf(callers: readonly Waiting[]): Waiting[][] {
  const groups: Waiting[][] = []
  let room = 0
  for (const caller of callers) {
    if (caller.keys.length > room) {
      groups.push([])
      room = keysLimit
    }
    groups.at(-1)!.push(caller)
    room -= caller.keys.length
  }
  return groups
}
