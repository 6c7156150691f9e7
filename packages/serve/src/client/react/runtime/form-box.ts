import { createElement as h, type ReactElement, type ReactNode } from 'react'
import type { Draft } from './form-draft.ts'
import type { FormField } from './form-fields.ts'
import type { FormView } from './form-view.ts'

/** Where a part stands, what it asks for and what is filled in. */
export interface PartProps {
  readonly view: FormView
  readonly field: FormField
  /** Joined by dots; elements of lists by their places. */
  readonly path: string
  /** As in `looks`: elements of lists are `#`. */
  readonly place: string
  readonly label: string
  readonly draft: Draft
  readonly onChange: (update: (draft: Draft) => Draft) => void
}

/** The id of the control of a part. */
export const idOf = ({ id }: FormView, path: string): string => id + path.replaceAll(/\s/g, '_')

/** Hint and errors of a part, and the ids by which its control refers to them. */
export function notes({ view, field, path, place }: PartProps) {
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
export function isRequired(field: FormField): boolean {
  if (field.isOptional || field.isNullable || field.kind === 'boolean') return false
  if (field.kind !== 'text') return true
  return (field.minLength ?? 0) > 0 || field.input === 'date' || field.input === 'email' || field.input === 'url'
}

/** Something with parts of its own. */
export function box(props: PartProps, part: 'group' | 'list' | 'money', children: ReactNode): ReactElement {
  const { view, label } = props
  const { describedBy, hint, error } = notes(props)
  const legend = h('legend', { className: view.classOf('label') }, label)
  return h(
    'fieldset',
    { className: view.classOf(part), 'aria-describedby': describedBy, 'data-kind': props.field.kind },
    legend,
    hint,
    children,
    error,
  )
}

/** A button that changes the draft; its name says of what. */
export const button = ({ view }: PartProps, word: string, of: string, onClick: () => void) =>
  h('button', { type: 'button', className: view.classOf('button'), 'aria-label': `${word}: ${of}`, onClick }, word)
