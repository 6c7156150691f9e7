import { type ChangeEvent, type ComponentType, createElement as h, type ReactElement, type ReactNode } from 'react'
import { Control } from './form-control.ts'
import { type Draft, type DraftGroup, type DraftList, type DraftMoney, type DraftUnion, draftOf } from './form-draft.ts'
import { within } from './form-errors.ts'
import { type FormField, type GroupField, labelOf, resolved } from './form-fields.ts'
import type { ControlProps, FormView } from './form-view.ts'

/** Where a part stands, what it asks for and what is filled in. */
interface PartProps {
  readonly view: FormView
  readonly field: FormField
  /** Joined by dots; elements of lists by their places. */
  readonly path: string
  /** As in `looks`: elements of lists are `#`. */
  readonly place: string
  readonly label: string
  readonly draft: Draft
  readonly onChange: (update: (draft: Draft) => Draft) => void
  /** Beside its label. */
  readonly beside?: ReactNode
}

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

const idOf = ({ id }: FormView, path: string) => `${id}${path}`

/** Hint and errors of a part, and the ids by which its control refers to them. */
function notes({ view, field, path, place }: PartProps) {
  const id = idOf(view, path)
  const hint = view.looks[place]?.hint ?? field.hint
  const errors = view.errors.get(path) ?? []
  const ids = [hint === undefined ? '' : `${id}-hint`, errors.length > 0 ? `${id}-error` : ''].filter(Boolean)
  return {
    isInvalid: errors.length > 0,
    describedBy: ids.length > 0 ? ids.join(' ') : undefined,
    hint: hint === undefined ? null : h('p', { key: 'hint', id: `${id}-hint`, className: view.classOf('hint') }, hint),
    error:
      errors.length === 0
        ? null
        : h('p', { key: 'error', id: `${id}-error`, className: view.classOf('error') }, errors.join(' ')),
  }
}

/** Whether something has to be filled in: an empty text is one where it may be empty. */
function isRequired(field: FormField): boolean {
  if (field.isOptional || field.isNullable || field.kind === 'boolean') return false
  if (field.kind !== 'text') return true
  return (field.minLength ?? 0) > 0 || field.input === 'date' || field.input === 'email' || field.input === 'url'
}

function Single({
  control = Control,
  ...props
}: PartProps & { readonly control?: typeof Control | ComponentType<ControlProps> }) {
  const { view, field, path, label, draft, onChange, beside } = props
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
  return h('div', kind, title, beside, shown, hint, error)
}

/** Something with parts of its own. */
function box(props: PartProps, part: 'group' | 'list' | 'money', children: ReactNode): ReactElement {
  const { view, label, beside } = props
  const { describedBy, hint, error } = notes(props)
  const legend = h('legend', { className: view.classOf('label') }, label)
  return h(
    'fieldset',
    { className: view.classOf(part), 'aria-describedby': describedBy, 'data-kind': props.field.kind },
    legend,
    beside,
    hint,
    children,
    error,
  )
}

/** A button that changes the draft; its name says of what. */
const button = ({ view }: PartProps, word: string, of: string, onClick: () => void) =>
  h('button', { type: 'button', className: view.classOf('button'), 'aria-label': `${word}: ${of}`, onClick }, word)

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

type Item = DraftList['items'][number]

function Items(props: PartProps): ReactElement {
  const { view, field, path, place, label, draft, onChange } = props
  const { items } = draft as DraftList
  const { words, facts } = view
  if (field.kind !== 'list' && field.kind !== 'record' && field.kind !== 'tuple') return h('div')
  const change = (update: (list: DraftList) => Partial<DraftList>) =>
    onChange((old) => ({ ...(old as DraftList), ...update(old as DraftList) }))
  const set = (id: number, update: (item: Item) => Item) =>
    change((list) => ({ items: list.items.map((item) => (item.id === id ? update(item) : item)) }))
  const isFull = field.kind === 'list' && field.max !== undefined && items.length >= field.max
  const add = (each: FormField) =>
    change(({ items: before, nextId }) => ({
      items: [
        ...before,
        { id: nextId, draft: draftOf(facts, each, undefined), ...(field.kind === 'record' && { name: '' }) },
      ],
      nextId: nextId + 1,
    }))
  const rows = items.map((item, at) => {
    const name = `${label} ${at + 1}`
    const part = h(Part, {
      view,
      field: field.kind === 'tuple' ? field.of[at]! : field.each,
      path: within(path, field.kind === 'record' ? (item.name ?? '') : at),
      place: within(place, field.kind === 'tuple' ? at : '#'),
      label: name,
      draft: item.draft,
      onChange: (update) => set(item.id, (old) => ({ ...old, draft: update(old.draft) })),
    })
    const remove = () => change(({ items: before }) => ({ items: before.filter(({ id }) => id !== item.id) }))
    return h(
      'li',
      { key: item.id, className: view.classOf('item') },
      field.kind === 'record' &&
        h('input', {
          className: view.classOf('control'),
          'aria-label': `${name}: ${words.name}`,
          placeholder: words.name,
          required: true,
          value: item.name ?? '',
          onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement>) =>
            set(item.id, (old) => ({ ...old, name: value })),
        }),
      part,
      field.kind !== 'tuple' && button(props, words.remove, name, remove),
    )
  })
  const more = field.kind !== 'tuple' && !isFull && button(props, words.add, label, () => add(field.each))
  return h('div', null, h('ol', null, ...rows), more)
}

function Union(props: PartProps): ReactElement {
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

function Money(props: PartProps): ReactElement {
  const { view, field, path, draft, onChange } = props
  const money = draft as DraftMoney
  const { isInvalid, describedBy } = notes(props)
  const isNeeded = isRequired(field)
  const control = (name: keyof DraftMoney, more: object) =>
    h('input', {
      key: name,
      id: name === 'amount' ? idOf(view, path) : `${idOf(view, path)}-${name}`,
      name: `${path}.${name}`,
      className: view.classOf('control'),
      'aria-label': view.words[name],
      'aria-invalid': isInvalid || undefined,
      'aria-describedby': describedBy,
      value: money[name],
      required: isNeeded || money.amount !== '',
      ...more,
      onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement>) =>
        onChange((old) => ({ ...(old as DraftMoney), [name]: name === 'currency' ? value.toUpperCase() : value })),
    })
  return box(props, 'money', [
    control('amount', { inputMode: 'decimal', pattern: '[+\\-]?[0-9]+(\\.[0-9]*)?', required: isNeeded }),
    control('currency', { maxLength: 3, pattern: '[A-Z]{3}', placeholder: 'EUR' }),
  ])
}
