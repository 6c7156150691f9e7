import type { Json } from '@heddle/core'

/**
 * A pipeline as data: names, settings and expressions, and nothing else. YAML, JSON, the builder and the designer all
 * make this, and `planHash` of it is the same for each.
 */
export interface Plan {
  /** The version of the format. */
  readonly heddle: 1
  /** The full name, e.g. `flights.Delays`: that of the command, workflow or job that it becomes. */
  readonly pipeline: string
  /** One line. */
  readonly summary?: string
  /** More, in Markdown. */
  readonly description?: string
  /** The ids of the requirements that it meets, e.g. `FR-12`. */
  readonly requirements?: readonly string[]
  /** Who may call it from outside: `public` or the name of a permission. Closed unless stated. */
  readonly access?: string
  /** What it takes. Without it, what its first step takes. */
  readonly input?: PlanType
  /** What it gives. Without it, what its last step gives. */
  readonly output?: PlanType
  /** Settings with their types: expressions read them as `parameters.name`. A plan that has some is a blueprint. */
  readonly parameters?: Readonly<Record<string, Parameter>>
  /** Values of the parameters for each environment, e.g. `production: { limit: 100 }`. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, Json>>>>
  /** Where secrets stand. A plan never holds one itself. */
  readonly secrets?: Readonly<Record<string, SecretReference>>
  /** Other files whose pipelines and policies this one names, relative to its own. */
  readonly imports?: readonly string[]
  /** Policies by name, each a list of core's policies as data. */
  readonly policies?: Readonly<Record<string, readonly Json[]>>
  /** The events that it answers, with how they are gathered. */
  readonly on?: Json
  /** Where the records of a job come from. Its name is `source`. A plan with a source is a job. */
  readonly source?: SourcePlan
  /** The same where there are several, by name. */
  readonly sources?: Readonly<Record<string, SourcePlan>>
  /** Where the results of a job go. Its name is `sink`. */
  readonly sink?: SinkPlan
  /** The same where there are several, by name. */
  readonly sinks?: Readonly<Record<string, SinkPlan>>
  /** How often a job makes durable what it has done, e.g. `1s`. @default 1s */
  readonly checkpoint?: string
  /** How many dead letters in a time stop a job. Without it, none do. */
  readonly errors?: { readonly budget: number; readonly per: string }
  /** On which thread a job runs: that of the app, or one of its own. @default main */
  readonly place?: 'main' | 'thread'
  readonly steps: readonly Step[]
}

/** A way into a job. Beside these fields one names its kind and holds the kind's settings: `file: { path: a.ndjson }`. */
export interface SourcePlan {
  readonly summary?: string
  /** The type of a record; needed where the kind does not know it. */
  readonly type?: PlanType
  /** When a record happened: a time, or milliseconds since 1970. Without it, what the kind knows, else when it came. */
  readonly time?: string
  /** How far records may be out of order, e.g. `20m`. @default 0s */
  readonly disorder?: string
  /** How far ahead of the clock a record may be: one beyond is a dead letter. @default any where it ends, else `1d` */
  readonly ahead?: string
  /** A part of the source without a record for so long holds no time back. @default never where it ends, else 30s */
  readonly idle?: string
  /** Whether each record is checked whole, only its fields that are read are decoded, or nothing is checked. @default strict */
  readonly decode?: 'strict' | 'needed' | 'whole'
  /** What a record does that cannot be read. @default deadLetter */
  readonly onError?: 'deadLetter' | 'drop' | 'fail'
  readonly [kind: string]: Json | undefined
}

/** A way out of a job. Beside these fields one names its kind and holds the kind's settings: `table: { name: delays }`. */
export interface SinkPlan {
  readonly summary?: string
  /** The step, source or `step.side` whose records it takes. Without it, those of the last step. */
  readonly from?: string
  readonly [kind: string]: Json | undefined
}

/**
 * A type as data: a registered name (`Email`), a name with arguments, a list of both, the fields of an object, or JSON
 * Schema under `jsonSchema`.
 */
export type PlanType = string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** A setting of a plan. */
export interface Parameter {
  readonly type: PlanType
  readonly summary?: string
  /** Without it the parameter has to be given. */
  readonly default?: Json
}

/** Where a secret stands: the name of an environment variable. */
export interface SecretReference {
  readonly env: string
  readonly summary?: string
}

/**
 * A named node. Beside the fields that every step may have, one field names its kind and holds the kind's settings:
 * `{ id: 'parse', call: 'flights.ParseFlight' }`.
 */
export interface Step {
  /** Once in a plan, also in nested steps: the address of its journal entry, its state and its metrics. */
  readonly id: string
  readonly summary?: string
  /** The ids of the requirements that it meets, e.g. `FR-12`. */
  readonly requirements?: readonly string[]
  /**
   * What it reads as `it`: a step, a list of steps (`it` is a list) or named steps (`it` is a record). `input` is the
   * pipeline's own input. Without it, the step before; for the first step, what surrounds it.
   */
  readonly from?: From
  /** An expression: where it is not true, the step is left out and what it reads passes through. */
  readonly if?: string
  /** Names of the plan's policies, outermost first. */
  readonly policies?: string | readonly string[]
  /** Policies of its own as data, e.g. `retry: { attempts: 3 }`: each stands inside of those that are named. */
  readonly retry?: Json
  readonly timeout?: Json
  readonly circuitBreaker?: Json
  readonly bulkhead?: Json
  readonly rateLimit?: Json
  readonly cache?: Json
  readonly fallback?: Json
  /** What a failure does. @default 'fail' */
  readonly onError?: OnError
  readonly [kind: string]: Json | undefined
}

/** What a step reads. */
export type From = string | readonly string[] | { readonly [name: string]: string }

/**
 * `fail` ends the pipeline with the failure; `drop` lets the value end there (a for-each leaves the item out, elsewhere
 * it is null); `deadLetter` does the same and keeps the call with its cause; `use` goes on with another value. The `origin`
 * of a dead letter is an expression that tells where the input came from.
 */
export type OnError =
  | 'fail'
  | 'drop'
  | 'deadLetter'
  | { readonly deadLetter: { readonly origin: string } }
  | { readonly use: Json }
