import { Defect } from '@heddle/core'

/** What is written for a command, an event or a record of an app. */
export interface Section {
  /** What it is written for, as people know it. */
  readonly of: string
  readonly text: string
}

/**
 * Refuses sections of one file that declare the same name: `pay.HTTPCall` and `pay.HttpCall` would both be `httpCall`.
 *
 * @param name what they are of, for the message
 * @throws {Defect} InvalidDefinition
 */
export function assertOnce(name: string, sections: readonly Section[]): void {
  const owners = new Map<string, string>()
  for (const { of, text } of sections) {
    for (const [, kind, own] of text.matchAll(/^export (const|interface|type) (\w+)/gm)) {
      // A value and a type may share a name.
      const key = `${kind === 'const' ? 'value' : 'type'} ${own!}`
      const other = owners.get(key)
      if (other !== undefined) {
        const reason = `${other} and ${of} would both declare ${own!}: name the commands that it is for, without one of these`
        throw new Defect('InvalidDefinition', { name, reason })
      }
      owners.set(key, of)
    }
  }
}
