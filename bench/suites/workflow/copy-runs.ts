// A process of its own, so that its memory is not that of what is measured:
// copies the rows of a run that waits for a timer, each with an id and a time of its own.
import { DatabaseSync } from 'node:sqlite'

/** What is copied, and how often. Times are UTC, milliseconds since 1970. */
export interface Copies {
  readonly file: string
  readonly run: string
  /** When the timer of the run ends. */
  readonly due: number
  /** How many end later: the first when, and how far apart. */
  readonly far: { readonly count: number; readonly firstMs: number; readonly apartMs: number }
  /** How many end soon, counted from when all others are written. */
  readonly near: { readonly count: number; readonly leadMs: number; readonly apartMs: number }
}

if (process.argv[2] !== undefined) copy(JSON.parse(process.argv[2]) as Copies)

function copy({ file, run, due, far, near }: Copies): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN')
  const copyTable = (table: string, from: number, count: number, firstMs: number, apartMs: number): void => {
    const columns = database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => `"${String(name)}"`)
    const id = `replace(t.id, '${run}', substr('${run}', 1, 24) || printf('%012d', n))`
    const time = `CAST(${firstMs} + (n - ${from}) * ${apartMs} AS INTEGER)`
    const copied = columns.map((column) => {
      if (column === '"id"') return id
      if (column === '"wakeAt"') return time
      const isText = `typeof(t.${column}) = 'text'`
      return `CASE WHEN ${isText} THEN replace(t.${column}, '${due}', ${time}) ELSE t.${column} END`
    })
    database.exec(`
      WITH RECURSIVE numbers(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${from + count})
      INSERT INTO "${table}" (${columns.join(', ')}) SELECT ${copied.join(', ')} FROM numbers, "${table}" AS t
      WHERE substr(t.id, 1, ${run.length}) = '${run}'`)
  }
  const both = (from: number, count: number, firstMs: number, apartMs: number): void => {
    for (const table of ['heddle.Run', 'heddle.Entry']) copyTable(table, from, count, firstMs, apartMs)
  }
  both(1, far.count, far.firstMs, far.apartMs)
  both(1 + far.count, near.count, Date.now() + near.leadMs, near.apartMs)
  database.exec('COMMIT')
  database.close()
}
