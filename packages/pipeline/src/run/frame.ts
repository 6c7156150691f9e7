import type { AnyCommand, AnyEvent, AnyFailure, Maybe, Outcome } from '@heddle/core'

/**
 * What steps touch the world by. A command calls its subcommands; a workflow writes each into its journal under the
 * step's id.
 */
export interface World {
  /** @param step the id of the step that calls: in a workflow the end of the journal's key */
  call(step: string, command: AnyCommand, input: unknown): Maybe<unknown>
  try(step: string, command: AnyCommand, input: unknown): Promise<Outcome<unknown, AnyFailure>>
  emit(step: string, event: AnyEvent, data: unknown): Maybe<void>
}

type Values = Readonly<Record<string, unknown>>

const none: Values = Object.freeze({})

/**
 * One run through a list of steps: what its expressions read, and the world. Steps inside of a step get a frame of their
 * own, so that what they set ends with them.
 */
export class Frame {
  /** Expressions read it by name. */
  readonly [name: string]: unknown
  readonly world: World
  /** What the next step reads. */
  it: unknown
  /** The pipeline's input. */
  readonly input: unknown
  readonly parameters: Values
  readonly secrets: Values
  /** What `set` named. */
  vars: Values
  /** What steps gave, of those that somebody asks for. */
  steps: Values
  /** The number of the item or round, from 0. */
  readonly index: number | undefined
  /** The failure that a `catch` is about. */
  readonly error: unknown

  constructor(world: World, it: unknown, input: unknown, parameters: Values, secrets: Values = none) {
    this.world = world
    this.it = it
    this.input = input
    this.parameters = parameters
    this.secrets = secrets
    this.vars = none
    this.steps = none
    this.index = undefined
    this.error = undefined
  }

  /** A frame for steps inside of this one. */
  inner(it: unknown, more: { readonly index?: number; readonly error?: unknown; readonly world?: World } = {}): Frame {
    const frame = new Frame(more.world ?? this.world, it, this.input, this.parameters, this.secrets)
    const { index = this.index, error = this.error } = more
    return Object.assign(frame, { vars: this.vars, steps: this.steps, index, error })
  }
}
