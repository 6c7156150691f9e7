import { type ChangeEvent, createElement as h, type ReactElement } from 'react'
import { box, idOf, notes, type PartProps } from './form-box.ts'
import { draftOf, type DraftUnion } from './form-draft.ts'
import { within } from './form-errors.ts'
import { type FormField, labelOf, resolved } from './form-fields.ts'
import { Fields, Part } from './form-parts.ts'

/** A choice of types, and what is chosen. */
export function Union(props: PartProps): ReactElement {
  const { view, field, path, draft, label, onChange } = props
  if (field.kind !== 'union') return h('div')
  const { chosen, drafts } = draft as DraftUnion
  const { words, facts } = view
  const mayBeNone = field.isOptional || field.isNullable
  const choose = (value: string) =>
    onChange((old) => {
      const before = old as DraftUnion
      if (value === '') return { ...before, chosen: undefined }
      const at = Number(value)
      return {
        chosen: at,
        drafts: { ...before.drafts, [at]: before.drafts[at] ?? draftOf(facts, field.of[at]!, undefined) },
      }
    })
  const options = field.of.map((option, at) => h('option', { key: at, value: at }, nameOf(option, at)))
  const id = idOf(view, path)
  const { isInvalid, describedBy } = notes(props)
  const select = h(
    'select',
    {
      key: 'choice',
      id,
      name: path,
      className: view.classOf('control'),
      'aria-label': label,
      'aria-invalid': isInvalid || undefined,
      'aria-describedby': describedBy,
      required: !mayBeNone,
      value: chosen ?? '',
      onChange: ({ currentTarget }: ChangeEvent<HTMLSelectElement>) => choose(currentTarget.value),
    },
    (mayBeNone || chosen === undefined) && h('option', { value: '' }, mayBeNone ? words.none : words.choose),
    options,
  )
  if (chosen === undefined) return box(props, 'group', select)
  const type = resolved(field.of[chosen]!, facts)
  const change: PartProps['onChange'] = (update) =>
    onChange((old) => {
      const before = old as DraftUnion
      return { ...before, drafts: { ...before.drafts, [chosen]: update(before.drafts[chosen]) } }
    })
  const inner = { ...props, field: type, draft: drafts[chosen], onChange: change }
  // Its errors stand at the choice, which has the same path.
  const part =
    type.kind === 'group'
      ? h(Fields, { ...inner, key: chosen, fields: type.fields })
      : h(Part, { ...inner, key: chosen, path: within(path, 'value'), label: nameOf(type, chosen) })
  return box(props, 'group', [select, part])
}

/** What a type of a union is called: by its fixed field, its label, or what it is. */
function nameOf(field: FormField, at: number): string {
  if (field.label !== undefined) return field.label
  if (field.kind === 'fixed') return String(field.value)
  if (field.kind === 'group') {
    const fixed = Object.values(field.fields).find(({ kind }) => kind === 'fixed')
    return fixed?.kind === 'fixed' ? labelOf(String(fixed.value)) : Object.keys(field.fields).map(labelOf).join(', ')
  }
  return field.kind === 'named' ? labelOf(field.of) : `${labelOf(field.kind)} ${at + 1}`
}
