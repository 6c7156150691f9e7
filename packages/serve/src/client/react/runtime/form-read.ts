import {
  digitsOf,
  type Draft,
  type DraftGroup,
  type DraftList,
  type DraftMoney,
  type DraftUnion,
} from './form-draft.ts'
import { type FormFacts, type FormField, type GroupField, resolved } from './form-fields.ts'

/** Where something lies in an input. */
export type Path = readonly (string | number)[]

/** What a browser cannot tell by itself: which text of a control is no value, and why. */
export type Problem = 'needed' | 'noNumber' | 'noJson' | 'tooExact' | 'tooLarge'

/** What a draft says, with what is wrong with it. */
export interface Read {
  readonly value: unknown
  readonly problems: readonly { readonly path: Path; readonly problem: Problem }[]
}

/** The input that a form sends. */
export function readForm(facts: FormFacts, draft: DraftGroup): Read {
  const problems: { path: Path; problem: Problem }[] = []
  const reader = new Reader(facts, (path, problem) => problems.push({ path, problem }))
  return { value: reader.group({ kind: 'group', fields: facts.fields }, draft, []), problems }
}

class Reader {
  readonly #facts: FormFacts
  readonly #complain: (path: Path, problem: Problem) => void

  constructor(facts: FormFacts, complain: (path: Path, problem: Problem) => void) {
    this.#facts = facts
    this.#complain = complain
  }

  group({ fields }: GroupField, draft: DraftGroup, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(fields)) {
      const read = this.read(field, draft.fields[name], [...path, name])
      if (read !== undefined) value[name] = read
    }
    return value
  }

  read(field: FormField, draft: Draft, path: Path): unknown {
    const type = resolved(field, this.#facts)
    if (type.kind === 'fixed') return type.value
    if (isEmpty(type, draft)) return this.#nothing(type, path)
    switch (type.kind) {
      case 'text':
        return draft
      case 'file':
        if ((draft as Blob).size > (type.maxBytes ?? Infinity)) this.#complain(path, 'tooLarge')
        return draft
      case 'boolean':
        return draft === 'true'
      case 'choice':
        return type.of.find((each) => String(each) === draft)
      case 'moment': {
        const at = new Date(draft as string)
        return type.isText ? at.toISOString() : at
      }
      case 'group':
        return this.group(type, draft as DraftGroup, path)
      case 'list':
        return (draft as DraftList).items.map((item, at) => this.read(type.each, item.draft, [...path, at]))
      case 'tuple':
        return (draft as DraftList).items.map((item, at) => this.read(type.of[at]!, item.draft, [...path, at]))
      case 'record':
        return Object.fromEntries(
          (draft as DraftList).items.map(({ name = '', draft: each }) => [
            name,
            this.read(type.each, each, [...path, name]),
          ]),
        )
      case 'union': {
        const { chosen, drafts } = draft as DraftUnion
        return this.read(type.of[chosen!]!, drafts[chosen!], path)
      }
      case 'money':
        return this.#money(draft as DraftMoney, path)
      default:
        return this.#parsed(type, (draft as string).trim(), path)
    }
  }

  #nothing(type: FormField, path: Path): unknown {
    if (type.isOptional) return undefined
    if (type.isNullable) return null
    if (type.kind === 'text') return ''
    if (type.kind === 'json') return undefined
    this.#complain(path, 'needed')
    return undefined
  }

  #parsed(type: FormField, text: string, path: Path): unknown {
    try {
      if (type.kind === 'integerText') return BigInt(text)
      if (type.kind === 'json') return JSON.parse(text)
    } catch {
      this.#complain(path, type.kind === 'json' ? 'noJson' : 'noNumber')
      return undefined
    }
    if (type.kind !== 'number') return text
    const number = Number(text)
    if (Number.isNaN(number)) this.#complain(path, 'noNumber')
    return number
  }

  #money({ amount, currency }: DraftMoney, path: Path): unknown {
    const [, sign, whole, decimals = ''] = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(amount.trim()) ?? []
    const digits = digitsOf(currency)
    if (whole === undefined) this.#complain(path, 'noNumber')
    else if (decimals.slice(digits).replaceAll('0', '') !== '') this.#complain(path, 'tooExact')
    const minor = Number(`${sign}${whole}${decimals.slice(0, digits).padEnd(digits, '0')}`)
    return { minor, currency }
  }
}

/** Whether nothing is filled in. */
function isEmpty(type: FormField, draft: Draft): boolean {
  if (draft === undefined || draft === '') return true
  switch (type.kind) {
    case 'list':
    case 'record':
      // What is missing and what is empty are not the same where something else stands for what is missing.
      return (draft as DraftList).items.length === 0 && type.default === undefined && type.isOptional === true
    case 'union':
      return (draft as DraftUnion).chosen === undefined
    case 'money':
      return (draft as DraftMoney).amount === ''
    default:
      return false
  }
}
