import type { Checkpoint } from '../../task/checkpoint.ts'

/**
 * What comes of the records of dead letters where state is built anew, as sentences. What became of one that was taken again is in
 * the state that goes, and nowhere else.
 */
export function letterNotes(checkpoint: Checkpoint | undefined): string[] {
  const letters = lettersOf(checkpoint)
  if (letters === 0) return []
  const text =
    `Dead letters (${letters} so far): the new plan reads their records where they first came. Those that pass now are in its state, ` +
    'so drop their letters instead of replaying them. Those that fail again are not, even where a replay got them through before, ' +
    'e.g. because a command still has its first answer.'
  return [text]
}

/** What is missing in a state that was built anew, as a sentence; undefined where nothing is. */
export function lackingNote(job: string, checkpoint: Checkpoint | undefined): string | undefined {
  const letters = lettersOf(checkpoint)
  if (letters === 0) return undefined
  return (
    `The new state of ${job} lacks the records that failed under its plan (${letters}), also those that a replay got through before. ` +
    'They are no new dead letters. To have those that would pass by now, reset the job: it calls its commands anew then.'
  )
}

const lettersOf = (checkpoint: Checkpoint | undefined): number => checkpoint?.counts.letters ?? 0
