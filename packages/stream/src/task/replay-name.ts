/** Which dead letter a record comes from that is taken again. */
export interface ReplayName {
  /** Where the letter is of: a source or a step, or `>` and a sink. */
  readonly place: string
  readonly id: string
  readonly replays: number
  /** Whether it is the record of the letter itself, and not one that a step made of it. */
  readonly isLetter: boolean
}

/** Where a letter is of. Sinks may have the names of steps. */
export const placeName = (of: 'source' | 'step' | 'sink', name: string): string => (of === 'sink' ? `>${name}` : name)

/**
 * Names a record that is taken again, e.g. `source/0/13@late/0199f2c4-…/0`: another name than the first time, since a command
 * that refused it then would answer the same again, and the same one after each crash.
 *
 * @param record its name the first time
 */
export const replayName = (record: string, place: string, id: string, replays: number): string =>
  `${record}@${place}/${id}/${replays}`

const form = /@(>?[^/@]+)\/([0-9a-f]{8}-[0-9a-f-]{27})\/(\d+)((?:\/\d+)*)$/

/** What the name of a record says, where it comes from a letter. */
export function readReplayName(name: string): ReplayName | undefined {
  const found = form.exec(name)
  if (found === null) return undefined
  const [, place, id, replays, ordinals] = found
  return { place: place!, id: id!, replays: Number(replays), isLetter: ordinals === '' }
}

/** The name that a record had the first time. */
export const firstName = (name: string): string => name.replace(form, '')
