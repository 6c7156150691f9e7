import type { ComponentType } from 'react'
import type { FormFacts, FormField } from './form-fields.ts'
import type { FormWords } from './form-words.ts'

/** The parts of a form that are styled: each has the class `heddle-` and its name. */
export type FormPart =
  | 'form'
  | 'field'
  | 'label'
  | 'hint'
  | 'control'
  | 'error'
  | 'errors'
  | 'group'
  | 'list'
  | 'item'
  | 'money'
  | 'button'
  | 'actions'
  | 'submit'
  | 'confirm'
  | 'progress'
  | 'status'

/** What a control is given, one of yours too. */
export interface ControlProps {
  /** What it asks for. */
  readonly field: FormField
  /** For its `id`, to which its label points. */
  readonly id: string
  /** The path of its field, for its `name`. */
  readonly name: string
  /** What is filled in: text, but for files. */
  readonly value: string
  readonly onChange: (value: string | Blob | undefined) => void
  readonly isRequired: boolean
  readonly isInvalid: boolean
  /** The ids of its hint and its errors. */
  readonly describedBy: string | undefined
  readonly className: string
  readonly words: FormWords
}

/** How one field is shown. */
export interface FieldLook {
  readonly label?: string | undefined
  readonly hint?: string | undefined
  /** Takes the place of the control. */
  readonly control?: ComponentType<ControlProps> | undefined
  /** Not shown; what `initial` has for it is sent. */
  readonly isHidden?: boolean | undefined
}

/** Takes the place of all controls of a kind. */
export type FormControls = Readonly<Partial<Record<FormField['kind'], ComponentType<ControlProps>>>>

/** What all parts of one form share. */
export interface FormView {
  readonly facts: FormFacts
  readonly id: string
  readonly words: FormWords
  readonly controls: FormControls
  readonly looks: Readonly<Record<string, FieldLook | undefined>>
  /** Messages by the path of their field. */
  readonly errors: ReadonlyMap<string, readonly string[]>
  classOf(part: FormPart): string
}
