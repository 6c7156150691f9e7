import type { AnyCommand, AnyFailure, DeadLetters, InputFor, NewDeadLetter, OpenApp } from 'heddle'
import { finishFile } from './finish-file.ts'
import { listFiles } from './list-files.ts'
import { listRows } from './list-rows.ts'
import type { Progress } from './progress.ts'
import type { Row, Source } from './source.ts'

/** How many rows are on their way at a time: as many can share one commit. */
const concurrency = 512
/** The tenant of an app that has no tenants. */
const tenant = 'main'

/** By which command the rows of a file are kept. */
export interface Intake {
  readonly command: AnyCommand
  /** What the command is called with, beside file and row. */
  readonly field: string
  /** Whether values are JSON, or all text as in CSV. */
  readonly from: 'json' | 'text'
}

/**
 * Sends the rows of a file through a command, but for those that are kept already. A row that is refused for good goes
 * to the dead letters, once, however often this is done.
 *
 * @returns how many rows were refused; undefined when the file was read to its end before
 * @throws {Failure} when a row could not be kept for a reason that will pass, e.g. a full disk: the next start goes on
 */
export async function importSource(
  app: OpenApp,
  source: Source,
  intake: Intake,
  progress: Progress,
): Promise<number | undefined> {
  const { name, hash, rows } = source
  const { files } = await app.callOrThrow(listFiles, {})
  if (files.some((file) => file.name === name && file.hash === hash)) return undefined

  const kept = new Set((await app.callOrThrow(listRows, { file: name })).rows)
  const missing = rows.filter((row) => !kept.has(row.number))
  const decoded = missing.filter((row) => !('errors' in row))
  const refused = new Map<Row, readonly AnyFailure[]>(
    missing.flatMap((row) => ('errors' in row ? [[row, row.errors]] : [])),
  )
  let done = rows.length - decoded.length
  let trouble: AnyFailure | undefined
  progress.show(done)

  function* inputs() {
    for (const row of decoded) {
      if (trouble) return
      // What comes from a file has no type yet: the command gives it one.
      yield inputOf(source, intake, row) as InputFor<AnyCommand>
    }
  }
  await app.batch(intake.command, inputs(), {
    concurrency,
    from: intake.from,
    onOutcome(outcome, index) {
      progress.show(++done)
      if (outcome.ok) return
      refused.set(decoded[index]!, outcome.errors)
      trouble ??= outcome.errors.find(({ retry }) => retry !== 'never')
    },
  })
  if (trouble) throw trouble

  const inOrder = missing.filter((row) => refused.has(row))
  const letters = inOrder.map((row) => letterOf(source, intake, row, refused.get(row)!))
  await addOnce(app.ports.deadLetters, intake.command, letters)
  await app.callOrThrow(finishFile, { name, hash, rows: rows.length, refused: letters.length })
  progress.end(letters.length)
  return letters.length
}

const inputOf = ({ name }: Source, { field }: Intake, row: Row): unknown => ({
  file: name,
  row: row.number,
  [field]: 'errors' in row ? row.text : row.value,
})

function letterOf(source: Source, intake: Intake, row: Row, errors: readonly AnyFailure[]): NewDeadLetter {
  return {
    tenant,
    command: intake.command.name,
    origin: `${source.name}:${row.number}`,
    input: inputOf(source, intake, row),
    errors: errors.map((error) => error.toJSON()),
  }
}

/** Adds the letters whose origin none of the kept ones has. */
async function addOnce(deadLetters: DeadLetters, { name: command }: AnyCommand, letters: readonly NewDeadLetter[]) {
  if (letters.length === 0) return
  const known = new Set<string | undefined>()
  let after: string | undefined
  do {
    const page = await deadLetters.list({ tenant, command, after, limit: 1000 })
    for (const { origin } of page) known.add(origin)
    after = page.at(-1)?.id
  } while (after !== undefined)
  await deadLetters.add(letters.filter(({ origin }) => !known.has(origin)))
}
