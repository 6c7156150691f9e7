import { type Category, type ErrorFacts, type Severity, systemErrors, type SystemCode } from './codes.ts'
import { dataScrubber, maskData } from './marked-data.ts'
import { formatErrorKey, type PathSegment } from './key.ts'
import type { Json } from '../manifest/json.ts'
import { toJson } from '../schema/to-json.ts'
import type { Retry } from './retry.ts'

/** What is added to a failure where it is made. */
export interface FailureDetails {
  /** Where in the input the failure lies. @default [] */
  readonly path?: readonly PathSegment[]
  /** Why it happened: an error or another failure. Stays inside; strangers never see it. */
  readonly cause?: unknown
  /** Replaces the declared message. */
  readonly message?: string
}

/** A failure as it leaves the process: plain JSON. */
export interface FailureJson {
  code: string
  key: string
  path: PathSegment[]
  via: string[]
  category: Category
  severity: Severity
  message: string
  data: Json
  retry: Retry
  help?: string
}

/**
 * An expected error: data, not an exception. It carries no stack and is cheap to make; text is made when it is read.
 * Fields are declared and not defined, and private to the compiler alone: on the way of a refused call each definition
 * and each `#field` is felt.
 */
export class Failure<Code extends string = string, Data = unknown> {
  declare readonly code: Code
  declare readonly facts: ErrorFacts
  declare readonly path: readonly PathSegment[]
  /** Full names of the subcommands that it crossed, outermost first. */
  declare readonly via: readonly string[]
  declare readonly cause: unknown
  declare private readonly told: Data
  declare private readonly text: string | undefined

  constructor(
    code: Code,
    data: Data,
    facts: ErrorFacts,
    path: readonly PathSegment[] = none,
    cause?: unknown,
    message?: string,
    via: readonly string[] = none,
  ) {
    this.code = code
    this.told = data
    this.facts = facts
    this.path = path
    this.cause = cause
    this.text = message
    this.via = via
  }

  get data(): Data {
    return this.told
  }
  /** The public address of this error, e.g. `bank.NotifyOwner>data/items/0/email:InvalidString`. */
  get key(): string {
    return formatErrorKey(this)
  }
  get category(): Category {
    return this.facts.category
  }
  get severity(): Severity {
    return this.facts.severity
  }
  get retry(): Retry {
    return this.facts.retry
  }
  /** What to do about it, filled with the data as the message is. */
  get help(): string | undefined {
    const { help } = this.facts
    return help?.includes('{') ? fill(help, maskData(this.facts, this.data)) : help
  }
  /** For people. Marked values of the data are masked in it. */
  get message(): string {
    return messageOf(this.facts, this.data, this.text)
  }

  /** The same failure as the caller of `command` sees it. */
  through(command: string): Failure<Code, Data> {
    return new Failure(this.code, this.data, this.facts, this.path, this.cause, this.text, [command, ...this.via])
  }

  /** The same failure at another place of the input. */
  at(path: readonly PathSegment[]): Failure<Code, Data> {
    return new Failure(this.code, this.data, this.facts, path, this.cause, this.text, this.via)
  }

  /** The causes, nearest first, ending at the root cause. Circles end the chain. */
  causes(): unknown[] {
    const chain: unknown[] = []
    let cause = this.cause
    while (cause !== undefined && !chain.includes(cause)) {
      chain.push(cause)
      cause = cause instanceof Error || cause instanceof Failure ? cause.cause : undefined
    }
    return chain
  }

  /** What `console.log` shows: the failure as others see it. */
  [Symbol.for('nodejs.util.inspect.custom')](): FailureJson {
    return this.toJSON()
  }

  /** As others see it: what the type of its data marks is masked. */
  toJSON(): FailureJson {
    const { code, key, category, severity, message, retry, help } = this
    const data = toJson(maskData(this.facts, this.data))
    return { code, key, path: [...this.path], via: [...this.via], category, severity, message, data, retry, help }
  }
}

/** A failure that Heddle itself raises. */
export type SystemFailure = { [Code in SystemCode]: Failure<Code, unknown> }[SystemCode]

/** Makes a failure of Heddle's own. */
export function systemFailure<Code extends SystemCode>(
  code: Code,
  data: unknown = {},
  details?: FailureDetails,
): Failure<Code, unknown> {
  return new Failure(code, data, systemErrors[code], details?.path, details?.cause, details?.message)
}

/** The sentence of an error, made when it is read. */
function messageOf(facts: ErrorFacts, data: unknown, text: string | undefined): string {
  if (text === undefined) return fill(facts.message, maskData(facts, data))
  return dataScrubber(facts, data)?.text(text) ?? text
}

/** Fills `{name}` in a message with the fields of the data. */
export function fill(message: string, data: unknown): string {
  if (typeof data !== 'object' || data === null) return message
  const fields = data as Record<string, unknown>
  return message.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (value === undefined) return hole
    const json = toJson(value)
    return typeof json === 'string' ? json : JSON.stringify(json)
  })
}

const none: readonly never[] = Object.freeze([])
