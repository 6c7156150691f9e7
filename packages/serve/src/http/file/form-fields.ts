import {
  type AnyFailure,
  decodeJson,
  type DecodeLimits,
  failed,
  type Outcome,
  success,
  systemFailure,
} from '@heddle/core'
import { decodeQuery, type TextFields } from '../../decode/decode-query.ts'
import { unfit } from './unfit.ts'

/** The part that holds all fields of an input in JSON, so that they need not be text. */
const inputPart = 'input'

/** The fields of a form, as they come: each as text, or all of them in JSON. */
export class FormFields {
  readonly #limits: Required<DecodeLimits>
  readonly #outer: TextFields
  readonly #pairs: string[] = []
  #json: string | undefined

  /** @param outer what the query and the path hold */
  constructor(limits: Required<DecodeLimits>, outer: TextFields) {
    this.#limits = limits
    this.#outer = outer
  }

  /** How the values are read. */
  get from(): 'json' | 'text' {
    return this.#json === undefined ? 'text' : 'json'
  }

  add(name: string, value: string, mediaType: string): void {
    if (name === inputPart && /^application\/json\b/i.test(mediaType)) this.#json = value
    else this.#pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }

  /** All of them, once they have come. */
  read(): Outcome<TextFields, AnyFailure> {
    if (this.#json !== undefined) return this.#readJson(this.#json)
    const fields = decodeQuery(this.#pairs.join('&'), this.#limits)
    if (!fields.ok) return fields
    const twice = Object.keys(fields.value).find((field) => Object.hasOwn(this.#outer, field))
    if (twice !== undefined) return failed([systemFailure('DuplicateKey', { key: twice }, { path: [twice] })])
    return success({ ...this.#outer, ...fields.value })
  }

  #readJson(text: string): Outcome<TextFields, AnyFailure> {
    if (this.#pairs.length > 0 || Object.keys(this.#outer).length > 0) {
      return failed([unfit(`all fields stand in the part "${inputPart}"`)])
    }
    const decoded = decodeJson(Buffer.from(text), this.#limits)
    if (!decoded.ok) return decoded
    const { value } = decoded
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return success(value as TextFields)
    return failed([unfit(`the part "${inputPart}" is an object`)])
  }
}
