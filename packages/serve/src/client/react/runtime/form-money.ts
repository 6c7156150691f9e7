import { type ChangeEvent, createElement as h, type ReactElement } from 'react'
import { box, idOf, isRequired, notes, type PartProps } from './form-box.ts'
import type { DraftMoney } from './form-draft.ts'

/** An amount and its currency. */
export function Money(props: PartProps): ReactElement {
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
