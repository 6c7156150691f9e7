import type { Draft, DraftGroup, DraftList, DraftUnion } from './form-draft.ts'
import { type FormFacts, type FormField, resolved } from './form-fields.ts'
import type { Path } from './form-read.ts'
import type { FieldLook } from './form-view.ts'

/** Something that is wrong, and where. */
export interface Complaint {
  readonly path: Path
  readonly message: string
}

/**
 * Messages by the path of the part that shows them: the nearest one that is shown, and the form itself (`''`) for what has
 * no place in it.
 */
export function placed(
  facts: FormFacts,
  looks: Readonly<Record<string, FieldLook | undefined>>,
  draft: DraftGroup,
  complaints: readonly Complaint[],
): Map<string, readonly string[]> {
  const shown = new Set<string>()
  if (complaints.length > 0) {
    const walker = new Walker(facts, looks, shown)
    walker.group(facts.fields, draft, '', '')
  }
  const messages = new Map<string, readonly string[]>()
  for (const { path, message } of complaints) {
    let length = path.length
    while (length > 0 && !shown.has(path.slice(0, length).join('.'))) length--
    const place = path.slice(0, length).join('.')
    const before = messages.get(place) ?? []
    if (!before.includes(message)) messages.set(place, [...before, message])
  }
  return messages
}

class Walker {
  readonly #facts: FormFacts
  readonly #looks: Readonly<Record<string, FieldLook | undefined>>
  readonly #shown: Set<string>

  constructor(facts: FormFacts, looks: Readonly<Record<string, FieldLook | undefined>>, shown: Set<string>) {
    this.#facts = facts
    this.#looks = looks
    this.#shown = shown
  }

  group(fields: Readonly<Record<string, FormField>>, draft: DraftGroup, path: string, place: string): void {
    for (const [name, field] of Object.entries(fields))
      this.part(field, draft.fields[name], within(path, name), within(place, name))
  }

  part(field: FormField, draft: Draft, path: string, place: string): void {
    const type = resolved(field, this.#facts)
    const look = this.#looks[place]
    if (type.kind === 'fixed' || look?.isHidden) return
    this.#shown.add(path)
    if (draft === undefined || look?.control) return
    if (type.kind === 'group') this.group(type.fields, draft as DraftGroup, path, place)
    else if (type.kind === 'union') {
      const { chosen, drafts } = draft as DraftUnion
      const option = chosen === undefined ? undefined : resolved(type.of[chosen]!, this.#facts)
      if (option?.kind === 'group') this.group(option.fields, drafts[chosen!] as DraftGroup, path, place)
    } else if (type.kind === 'list' || type.kind === 'record' || type.kind === 'tuple')
      for (const [at, { draft: each, name }] of (draft as DraftList).items.entries())
        this.part(
          type.kind === 'tuple' ? type.of[at]! : type.each,
          each,
          within(path, type.kind === 'record' ? (name ?? '') : at),
          within(place, type.kind === 'tuple' ? at : '#'),
        )
  }
}

/** The path of something inside of another. */
export const within = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
