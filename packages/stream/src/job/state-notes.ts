import type { StateVerdict } from '../state/compare.ts'

/** What becomes of the state of a job under another plan, as sentences: nothing where all of it is simply kept. */
export function stateNotes(verdicts: readonly StateVerdict[]): string[] {
  const built = verdicts.filter(({ verdict }) => verdict === 'rebuild')
  // Where one step is built anew, the others see all records again, too.
  return built.length > 0 ? built.map(builtNote) : verdicts.flatMap(noteOf)
}

function noteOf({ step, verdict, migration, renamedFrom, reasons }: StateVerdict): string[] {
  if (verdict === 'begin') return [`"${step}" begins with nothing. ${reasons.join(' ')}`]
  if (verdict === 'drop') return [`The state of "${step}" is dropped. ${reasons.join(' ')}`]
  const from = renamedFrom === undefined ? '' : ` of "${renamedFrom}"`
  if (verdict === 'migrate') return [`The state${from === '' ? ` of "${step}"` : from} is migrated by ${migration}.`]
  return renamedFrom === undefined ? [] : [`"${step}" takes over the state${from}.`]
}

const builtNote = ({ step, reasons }: StateVerdict): string =>
  `The state of "${step}" is built anew beside the running job, and then takes its place. ${reasons.join(' ')}`
