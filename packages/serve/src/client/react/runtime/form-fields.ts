/** A part of an input, as a form asks for it: plain data, made by the generator from the type of the input. */
export type FormField =
  | TextField
  | NumberField
  | ChoiceField
  | FileField
  | ListField
  | TupleField
  | GroupField
  | RecordField
  | UnionField
  | (Facts & { readonly kind: 'boolean' | 'integerText' | 'decimal' | 'money' | 'json' })
  /** A moment, as `Date` or as text. */
  | (Facts & { readonly kind: 'moment'; readonly isText?: true })
  /** Always the same value: nobody is asked. */
  | (Facts & { readonly kind: 'fixed'; readonly value: unknown })
  /** A type that is used in several places, by its name. */
  | (Facts & { readonly kind: 'named'; readonly of: string })

/** What every part has. */
interface Facts {
  readonly label?: string
  readonly hint?: string
  /** May be left out. */
  readonly isOptional?: true
  /** Nothing is `null`. */
  readonly isNullable?: true
  /** As JSON. */
  readonly default?: unknown
}

interface TextField extends Facts {
  readonly kind: 'text'
  /** The `type` of its control. @default 'text' */
  readonly input?: 'email' | 'url' | 'date' | 'password'
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  /** Has several lines. */
  readonly isLong?: true
}

interface NumberField extends Facts {
  readonly kind: 'number'
  readonly min?: number
  readonly max?: number
  /** @default 'any' */
  readonly step?: number
}

interface ChoiceField extends Facts {
  readonly kind: 'choice'
  readonly of: readonly unknown[]
}

interface FileField extends Facts {
  readonly kind: 'file'
  /** Types of content that are taken. */
  readonly types?: readonly string[]
  readonly maxBytes?: number
}

interface ListField extends Facts {
  readonly kind: 'list'
  readonly each: FormField
  readonly min?: number
  readonly max?: number
}

interface TupleField extends Facts {
  readonly kind: 'tuple'
  readonly of: readonly FormField[]
}

/** An object: its fields by name. */
export interface GroupField extends Facts {
  readonly kind: 'group'
  readonly fields: Readonly<Record<string, FormField>>
}

interface RecordField extends Facts {
  readonly kind: 'record'
  readonly each: FormField
}

interface UnionField extends Facts {
  readonly kind: 'union'
  readonly of: readonly FormField[]
}

/** What the generator knows of a form. */
export interface FormFacts {
  /** On the button that sends. */
  readonly title: string
  /** Is asked about before it is sent. */
  readonly isDestructive?: true
  readonly fields: GroupField['fields']
  /** Types that are used in several places. */
  readonly types?: Readonly<Record<string, FormField>>
}

/** A field with what its type says, where it refers to one. */
export function resolved(field: FormField, { types }: FormFacts): FormField {
  if (field.kind !== 'named') return field
  const { kind: _kind, of, ...facts } = field
  const type = types?.[of]
  return type ? resolved({ ...type, ...facts }, { title: '', fields: {}, types: types! }) : { kind: 'json', ...facts }
}

/** A name as people read it: `placedAt` is `Placed at`. */
export function labelOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[_\-.\s]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => (/^[A-Z\d]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
