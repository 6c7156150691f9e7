/** The version of the tables below. */
export const format = 2

/** The pieces of a run have numbers in a row, from its own times this. */
export const piecesOfRun = 2 ** 24

/**
 * - `runs`: what changed in the keys of a step, in order, until `turn`, which counts epochs. One whose `lines` are null is being
 *   merged from older ones and is not whole yet.
 * - `pieces`: the lines of a run.
 * - `epochs`: those that can be restored; `steps` is what they know of steps and cells, `sent` what the epoch gave to sinks, hashed.
 * - `far`: timers that wait outside of memory. They stand in the lines of their keys as well, so that it begins empty at each start.
 * - `batches`, `outbox`: the records of an epoch for a sink, in pieces. `told` is the turn in which the sink had them.
 */
export const tables = `
CREATE TABLE IF NOT EXISTS epochs (turn INTEGER PRIMARY KEY, epoch INTEGER NOT NULL UNIQUE, hash TEXT NOT NULL, steps TEXT NOT NULL, sent TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (run INTEGER PRIMARY KEY, step INTEGER NOT NULL, turn INTEGER NOT NULL, lines INTEGER, pieces INTEGER);
CREATE TABLE IF NOT EXISTS pieces (id INTEGER PRIMARY KEY, lines TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS far (
  step INTEGER NOT NULL, cell INTEGER NOT NULL, time REAL NOT NULL, key TEXT NOT NULL, PRIMARY KEY (step, cell, time, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
  batch INTEGER PRIMARY KEY, sink TEXT NOT NULL, turn INTEGER NOT NULL, epoch INTEGER NOT NULL, told INTEGER
);
CREATE TABLE IF NOT EXISTS outbox (batch INTEGER NOT NULL, piece INTEGER NOT NULL, records TEXT NOT NULL, PRIMARY KEY (batch, piece));
PRAGMA user_version = ${format};
`

/** So many far timers are set by one statement. */
export const farAtOnce = 32

/** One statement each. */
export const sql = {
  addPiece: 'INSERT INTO pieces VALUES (?, ?)',
  piece: 'SELECT lines FROM pieces WHERE id = ?',
  removePieces: 'DELETE FROM pieces WHERE id >= ? AND id < ?',
  addRun: 'INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)',
  removeRun: 'DELETE FROM runs WHERE run = ?',
  setFar: 'INSERT OR IGNORE INTO far VALUES (?, ?, ?, ?)',
  setManyFar: `INSERT OR IGNORE INTO far VALUES ${Array.from({ length: farAtOnce }, () => '(?, ?, ?, ?)').join()}`,
  removeFar: 'DELETE FROM far WHERE step = ? AND cell = ? AND time = ? AND key = ?',
  far: 'SELECT time, key FROM far WHERE step = ? AND cell = ? AND (time, key) >= (?, ?) ORDER BY time, key LIMIT ?',
  takeFar: 'DELETE FROM far WHERE step = ? AND cell = ? AND (time, key) < (?, ?)',
  takeAllFar: 'DELETE FROM far WHERE step = ? AND cell = ?',
} as const

/** Goes back over the turns behind one. */
export const undone = [
  `DELETE FROM outbox WHERE batch IN (SELECT batch FROM batches WHERE turn > ?)`,
  `DELETE FROM batches WHERE turn > ?`,
  `UPDATE batches SET told = NULL WHERE told > ?`,
  `DELETE FROM epochs WHERE turn > ?`,
] as const

/** What was kept for going back to turns before this one is needed no more. */
export const forgotten = [
  'DELETE FROM outbox WHERE batch IN (SELECT batch FROM batches WHERE told <= ?)',
  'DELETE FROM batches WHERE told <= ?',
  'DELETE FROM epochs WHERE turn < ?',
] as const
