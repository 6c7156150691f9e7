import { type ChangeEvent, createElement as h, type ReactElement } from 'react'
import type { FormField } from './form-fields.ts'
import type { ControlProps } from './form-view.ts'

/** The control of a part that is one value. */
export function Control(props: ControlProps): ReactElement {
  const { field } = props
  switch (field.kind) {
    case 'boolean': {
      const mayBeNone = field.isNullable || (field.isOptional && field.default === undefined)
      return mayBeNone ? select(props, ['true', 'false'], [props.words.yes, props.words.no]) : checkbox(props)
    }
    case 'choice': {
      const values = field.of.map(String)
      return select(props, values, values)
    }
    case 'file':
      return h('input', {
        ...shared(props),
        type: 'file',
        accept: field.types?.join(','),
        onChange: ({ currentTarget: { files } }: ChangeEvent<HTMLInputElement>) => props.onChange(files?.[0]),
      })
    case 'json':
      return h('textarea', { ...shared(props), ...texted(props), rows: 4, spellCheck: false })
    default:
      if (field.kind === 'text' && field.isLong) return h('textarea', { ...shared(props), ...texted(props), rows: 4 })
      return h('input', { ...shared(props), ...texted(props), ...inputOf(field) })
  }
}

const shared = ({ id, name, isRequired, isInvalid, describedBy, className }: ControlProps) => ({
  id,
  name,
  className,
  required: isRequired,
  'aria-invalid': isInvalid || undefined,
  'aria-describedby': describedBy,
})

type Texted = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const texted = ({ value, onChange }: ControlProps) => ({
  value,
  onChange: ({ currentTarget }: ChangeEvent<Texted>) => onChange(currentTarget.value),
})

/** What HTML can hold a text to. */
function inputOf(field: FormField) {
  switch (field.kind) {
    case 'text': {
      const { input = 'text', minLength, maxLength, pattern } = field
      return { type: input, minLength, maxLength, pattern, autoComplete: input === 'password' ? 'off' : undefined }
    }
    case 'number':
      return { type: 'number', min: field.min, max: field.max, step: field.step ?? 'any' }
    case 'moment':
      // A server that renders the page does not know the time zone of its reader.
      return { type: 'datetime-local', step: 'any', suppressHydrationWarning: true }
    case 'decimal':
      return { type: 'text', inputMode: 'decimal', pattern: '[+\\-]?[0-9]+(\\.[0-9]+)?' } as const
    default:
      return { type: 'text', inputMode: 'numeric', pattern: '-?[0-9]+' } as const
  }
}

const checkbox = (props: ControlProps) =>
  h('input', {
    ...shared(props),
    required: false,
    type: 'checkbox',
    checked: props.value === 'true',
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement>) => props.onChange(String(currentTarget.checked)),
  })

/** A list of choices; the first stands for none, where none may be or nothing is chosen yet. */
function select(props: ControlProps, values: readonly string[], names: readonly string[]): ReactElement {
  const { words, isRequired, value, field } = props
  const mayBeNone = field.isNullable || (field.isOptional && field.default === undefined)
  const none = h('option', { value: '' }, isRequired ? words.choose : words.none)
  const options = values.map((each, at) => h('option', { key: each, value: each }, names[at]))
  return h('select', { ...shared(props), ...texted(props) }, mayBeNone || value === '' ? none : null, options)
}
