import { type ChangeEvent, createElement as h, type ReactElement } from 'react'
import { button, type PartProps } from './form-box.ts'
import { type DraftList, draftOf } from './form-draft.ts'
import { within } from './form-errors.ts'
import type { FormField } from './form-fields.ts'
import { Part } from './form-parts.ts'

type Item = DraftList['items'][number]

/** The elements of a list, of a tuple or of a record; those of a tuple neither come nor go. */
export function Items(props: PartProps): ReactElement {
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
