import { type FormFacts, type FormField, type GroupField, resolved } from './form-fields.ts'

/** What is filled in so far: texts, as they stand in controls, and what holds them. */
export type Draft = string | Blob | undefined | DraftList | DraftGroup | DraftUnion | DraftMoney

/** Elements of a list, each with an id that it keeps when others come and go; entries of a record have names too. */
export interface DraftList {
  readonly items: readonly { readonly id: number; readonly draft: Draft; readonly name?: string }[]
  readonly nextId: number
}
/** The fields of an object by name. */
export interface DraftGroup {
  readonly fields: Readonly<Record<string, Draft>>
}
/** Which type of a union is chosen, and what was filled in for each. */
export interface DraftUnion {
  readonly chosen: number | undefined
  readonly drafts: Readonly<Record<number, Draft>>
}
/** An amount in the units that people use. */
export interface DraftMoney {
  readonly amount: string
  readonly currency: string
}

/** What a form of an input begins with. */
export const draftOfForm = (facts: FormFacts, initial: unknown): DraftGroup =>
  groupDraft(facts, { kind: 'group', fields: facts.fields }, initial ?? {})

/** What a control shows for a value; for its default where there is none. */
export function draftOf(facts: FormFacts, field: FormField, given: unknown): Draft {
  const type = resolved(field, facts)
  const value = given === undefined ? type.default : given
  const isEmpty = value === undefined || value === null
  switch (type.kind) {
    case 'file':
      return value instanceof Blob ? value : undefined
    case 'fixed':
      return undefined
    case 'moment':
      return isEmpty ? '' : localText(new Date(value as string | Date))
    case 'money':
      return moneyDraft(value as { readonly minor: number; readonly currency: string } | undefined | null)
    case 'json':
      return isEmpty && !type.isNullable ? '' : JSON.stringify(value, undefined, 2)
    case 'boolean':
      return isEmpty ? (type.isOptional || type.isNullable ? '' : 'false') : String(value)
    case 'group':
      return isEmpty && (type.isOptional || type.isNullable) ? undefined : groupDraft(facts, type, value ?? {})
    case 'list':
      if (isEmpty && type.isNullable) return undefined
      return listDraft((value ?? Array.from({ length: type.isOptional ? 0 : (type.min ?? 0) })) as unknown[], (each) =>
        draftOf(facts, type.each, each),
      )
    case 'tuple':
      if (isEmpty && (type.isOptional || type.isNullable)) return undefined
      return listDraft([...type.of.keys()], (at) =>
        draftOf(facts, type.of[at]!, (value as unknown[] | undefined)?.[at]),
      )
    case 'record': {
      if (isEmpty && type.isNullable) return undefined
      const entries = Object.entries((value ?? {}) as object)
      const list = listDraft(entries, ([, each]) => draftOf(facts, type.each, each))
      return { ...list, items: list.items.map((item, at) => ({ ...item, name: entries[at]![0] })) }
    }
    case 'union':
      return unionDraft(facts, type.of, value)
    default:
      return isEmpty ? '' : String(value)
  }
}

function groupDraft(facts: FormFacts, { fields }: GroupField, value: unknown): DraftGroup {
  const given = value as Readonly<Record<string, unknown>>
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, draftOf(facts, field, given[name])]),
    ),
  }
}

const listDraft = <Each>(values: readonly Each[], draft: (each: Each) => Draft): DraftList => ({
  items: values.map((each, id) => ({ id, draft: draft(each) })),
  nextId: values.length,
})

/** The first type that a value may be of. */
function unionDraft(facts: FormFacts, of: readonly FormField[], value: unknown): DraftUnion {
  if (value === undefined || value === null) return { chosen: undefined, drafts: {} }
  const at = of.findIndex((field) => fits(facts, field, value))
  const chosen = at < 0 ? 0 : at
  return { chosen, drafts: { [chosen]: draftOf(facts, of[chosen]!, value) } }
}

function fits(facts: FormFacts, field: FormField, value: unknown): boolean {
  const type = resolved(field, facts)
  switch (type.kind) {
    case 'fixed':
      return type.value === value
    case 'choice':
      return type.of.includes(value)
    case 'text':
    case 'decimal':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number'
    case 'integerText':
      return typeof value === 'bigint'
    case 'boolean':
      return typeof value === 'boolean'
    case 'moment':
      return type.isText ? typeof value === 'string' : value instanceof Date
    case 'file':
      return value instanceof Blob
    case 'list':
    case 'tuple':
      return Array.isArray(value)
    case 'group': {
      if (typeof value !== 'object' || value === null) return false
      const given = value as Readonly<Record<string, unknown>>
      return Object.entries(type.fields).every(([name, inner]) =>
        given[name] === undefined ? inner.isOptional === true : fits(facts, inner, given[name]),
      )
    }
    default:
      return typeof value === 'object'
  }
}

/** A moment as `datetime-local` has it: in the time zone of the reader. */
function localText(at: Date): string {
  if (Number.isNaN(at.getTime())) return ''
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, -1)
  return local.replace(/(:00)?\.000$/, '')
}

/** How many digits stand behind the point of an amount in a currency. */
export function digitsOf(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    return maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

function moneyDraft(value: { readonly minor: number; readonly currency: string } | undefined | null): DraftMoney {
  if (!value) return { amount: '', currency: '' }
  const digits = digitsOf(value.currency)
  const text = String(Math.abs(value.minor)).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const amount = digits === 0 ? whole : `${whole}.${text.slice(-digits)}`
  return { amount: value.minor < 0 ? `-${amount}` : amount, currency: value.currency }
}
