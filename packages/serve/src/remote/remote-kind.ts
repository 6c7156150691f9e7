import type { Json, PartKind, Verdict } from '@heddle/core'

/** Another app in the manifest of this one. A type, because only a type is JSON to the compiler. */
export type RemoteSection = {
  readonly remote: true
  /** The name of the other app; missing as long as its manifest is not known. */
  readonly app?: string
  /** Where it is served, where that is stated. */
  readonly url?: string
  /** The hash of the manifest that this app was made with. */
  readonly manifest?: string
  /** The commands that are brought in, by their names there, with their hashes. */
  readonly commands: Readonly<Record<string, string>>
}

/**
 * How two states of another app are compared. Its commands are commands of this app, too, and compared as such; here it is
 * told which of them the other app had changed when its manifest was taken.
 */
export const remoteKind: PartKind = {
  name: 'remote',
  compare({ before, after }) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return names.flatMap((name) => compareRemote(name, sectionOf(before[name]), sectionOf(after[name])))
  },
}

const sectionOf = (json: Json | undefined) => json as unknown as RemoteSection | undefined

function compareRemote(name: string, before: RemoteSection | undefined, after: RemoteSection | undefined): Verdict[] {
  const item = `remote ${name}`
  const told = (change: string, reason: string): Verdict => ({ level: 'safe', item, change, reason })
  if (!before) return [told('added', 'Its commands are told as those of this app.')]
  if (!after) return [told('removed', 'Its commands are told as those of this app.')]
  const verdicts: Verdict[] = []
  if (before.app !== after.app && before.app !== undefined) {
    verdicts.push(told(`app: ${before.app} → ${after.app}`, 'Its commands are told as those of this app.'))
  }
  const changed = Object.keys(after.commands).filter(
    (command) => before.commands[command] !== undefined && before.commands[command] !== after.commands[command],
  )
  if (changed.length > 0) {
    verdicts.push(
      told(`${changed.sort().join(', ')}: changed there`, 'What it means for callers is told of each command.'),
    )
  }
  return verdicts
}
