import { type ComponentType, createElement as h, type ReactElement } from 'react'
import { box, button, idOf, isRequired, notes, type PartProps } from './form-box.ts'
import { Control } from './form-control.ts'
import { type DraftGroup, draftOf } from './form-draft.ts'
import { within } from './form-errors.ts'
import { type FormField, type GroupField, labelOf, resolved } from './form-fields.ts'
import { Items } from './form-items.ts'
import { Money } from './form-money.ts'
import { Union } from './form-union.ts'
import type { ControlProps } from './form-view.ts'

/** The fields of an object. */
export function Fields(
  props: Omit<PartProps, 'field' | 'label'> & { readonly fields: GroupField['fields'] },
): ReactElement[] {
  const { view, fields, path, place, draft, onChange } = props
  const { fields: drafts } = (draft as DraftGroup | undefined) ?? { fields: {} }
  return Object.entries(fields).map(([name, field]) =>
    h(Part, {
      key: name,
      view,
      field,
      path: within(path, name),
      place: within(place, name),
      label: labelOf(name),
      draft: drafts[name],
      onChange: (update) =>
        onChange((old) => {
          const before = (old as DraftGroup).fields
          return { fields: { ...before, [name]: update(before[name]) } }
        }),
    }),
  )
}

/** One part of an input: a control with its label, or a group of them. */
export function Part(props: PartProps): ReactElement | null {
  const { view, place, draft } = props
  const type = resolved(props.field, view.facts)
  const look = view.looks[place]
  if (look?.isHidden || type.kind === 'fixed') return null
  const label = look?.label ?? type.label ?? props.label
  const part = { ...props, field: type, label }
  const own = look?.control ?? view.controls[type.kind]
  if (own) return h(Single, { ...part, control: own })
  switch (type.kind) {
    case 'group':
    case 'list':
    case 'tuple':
    case 'record':
      return draft === undefined ? h(Absent, part) : h(Several, part)
    case 'union':
      return h(Union, part)
    case 'money':
      return h(Money, part)
    default:
      return h(Single, part)
  }
}

function Single({
  control = Control,
  ...props
}: PartProps & { readonly control?: typeof Control | ComponentType<ControlProps> }) {
  const { view, field, path, label, draft, onChange } = props
  const { isInvalid, describedBy, hint, error } = notes(props)
  const id = idOf(view, path)
  const shown = h(control as typeof Control, {
    field,
    id,
    name: path,
    value: typeof draft === 'string' ? draft : '',
    onChange: (value) => onChange(() => value),
    isRequired: isRequired(field),
    isInvalid,
    describedBy,
    className: view.classOf('control'),
    words: view.words,
  })
  const title = h('label', { htmlFor: id, className: view.classOf('label') }, label)
  const kind = { className: view.classOf('field'), 'data-kind': field.kind }
  return h('div', kind, title, shown, hint, error)
}

/** Something that may be left out, and is. */
function Absent(props: PartProps): ReactElement {
  const { view, field, label, onChange } = props
  const { isOptional: _optional, isNullable: _nullable, ...needed } = field
  const add = () => onChange(() => draftOf(view.facts, needed as FormField, undefined))
  return box(props, 'group', button(props, view.words.add, label, add))
}

function Several(props: PartProps): ReactElement {
  const { view, field, label, onChange } = props
  const { words } = view
  const mayGo =
    (field.isOptional || field.isNullable) && (field.kind === 'group' || field.kind === 'tuple' || field.isNullable)
  const leave = mayGo ? button(props, words.remove, label, () => onChange(() => undefined)) : null
  if (field.kind === 'group')
    return box(props, 'group', [
      h(Fields, { ...props, key: 'fields', fields: field.fields }),
      h('div', { key: 'leave' }, leave),
    ])
  return box(props, 'list', [h(Items, { ...props, key: 'items' }), h('div', { key: 'leave' }, leave)])
}
