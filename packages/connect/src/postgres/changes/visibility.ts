/**
 * Which transactions a snapshot of PostgreSQL sees. It is the server's own rule: those before `xmin` have ended, those from
 * `xmax` on had not begun, and of those between, the listed ones were running.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 */
export interface Snapshot {
  readonly xmin: bigint
  readonly xmax: bigint
  readonly running: ReadonlySet<bigint>
}

/** Reads `xmin:xmax:xid,xid`, as `pg_current_snapshot()` tells it. */
export function parseSnapshot(text: string): Snapshot {
  const [xmin = '', xmax = '', running = ''] = text.split(':')
  const ids = running === '' ? [] : running.split(',').map(BigInt)
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), running: new Set(ids) }
}

export const sees = ({ xmin, xmax, running }: Snapshot, xid: bigint): boolean =>
  xid < xmin || (xid < xmax && !running.has(xid))

/**
 * The log tells the lower 32 bits of a transaction's id. Those that matter are less than 2³¹ away from any snapshot of
 * their time, so that the rest follows from it.
 */
export const fullXid = ({ xmax }: Snapshot, low: number): bigint => xmax + BigInt.asIntN(32, BigInt(low) - xmax)

/** Whether all that the older snapshot sees is seen by the newer one too. */
export const contains = (newer: Snapshot, older: Snapshot): boolean =>
  newer.xmax >= older.xmax && [...newer.running].every((xid) => !sees(older, xid))
