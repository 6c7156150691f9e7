import type { Database } from '../database/database.ts'

/** How long calls are kept unless the app says otherwise (limit `history.kept`). */
export const usualHistoryMs = 30 * 24 * 60 * 60 * 1000

const kept = new WeakMap<Database, number>()

/** Says how long the calls in a database are kept. */
export const keepHistoryFor = (database: Database, keptMs: number): void => void kept.set(database, keptMs)

/** How long the calls in a database are kept. */
export const historyKeptMs = (database: Database): number => kept.get(database) ?? usualHistoryMs
