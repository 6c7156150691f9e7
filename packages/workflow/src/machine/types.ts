import type { Access, AnyCommand, InputOf, OutputOf, Schema } from '@heddle/core'
import type { Duration, Scope, Workflow } from '../define/types.ts'

/** The types of what events bring, by the names of the events. */
export type EventTypes = Readonly<Record<string, Schema>>

/** What an action of a machine is given: it touches the world through steps alone, as the body of a workflow does. */
export interface ActionArgs<
  Input extends Schema,
  Data extends Schema,
  Steps extends AnyCommand,
  Event = undefined,
> extends Pick<Scope<Steps>, 'step' | 'compensate' | 'now' | 'random'> {
  readonly input: OutputOf<Input>
  /** What the machine has gathered so far. */
  readonly data: OutputOf<Data>
  /** What the event brought. */
  readonly event: Event
}

/** Something that is done on the way into a state, out of it or between two. It may give what has changed of the data. */
export type Action<Input extends Schema, Data extends Schema, Steps extends AnyCommand, Event = undefined> = (
  args: ActionArgs<Input, Data, Steps, Event>,
) => Promise<Partial<OutputOf<Data>> | void>

/** Where an event leads to, and what is done on the way. */
export interface Transition<Input extends Schema, Data extends Schema, Steps extends AnyCommand, Event = undefined> {
  readonly to: string
  readonly run?: Action<Input, Data, Steps, Event>
}

/** One of the states of a machine. */
export interface State<Events extends EventTypes, Input extends Schema, Data extends Schema, Steps extends AnyCommand> {
  readonly summary?: string
  /** The events that it allows; others are refused to who sends them. */
  readonly on?: {
    readonly [Name in keyof Events]?: string | Transition<Input, Data, Steps, OutputOf<Events[Name]>>
  }
  /** Where it goes by itself, once so much time has passed in it. */
  readonly after?: Transition<Input, Data, Steps> & { readonly time: Duration }
  readonly enter?: Action<Input, Data, Steps>
  readonly exit?: Action<Input, Data, Steps>
  /** The run ends in it. */
  readonly final?: boolean
}

/** What a state machine's definition consists of. */
export interface MachineDefinition<
  Events extends EventTypes,
  Input extends Schema,
  Data extends Schema,
  Steps extends readonly AnyCommand[],
> {
  readonly summary?: string
  readonly description?: string
  readonly input: Input
  /** What it gathers on its way, and gives with its last state. @default nothing */
  readonly data?: Data
  /** The data to begin with. @default {} */
  readonly begin?: (input: OutputOf<Input>) => InputOf<Data>
  readonly events: Events
  readonly initial: string
  readonly states: Readonly<Record<string, State<Events, Input, Data, Steps[number]>>>
  /** The commands that its actions call as steps. */
  readonly steps?: Steps
  /** Who may start it from outside, look at its runs and send them events. Closed unless stated. */
  readonly access?: Access
  /** As those of a workflow; `send` is who may send events. */
  readonly accessTo?: Readonly<Record<string, Access>>
  readonly queue?: string
  readonly version?: string
  readonly renamedFrom?: Readonly<Record<string, string>>
}

/** The states of a machine and the ways between them, as data. */
export interface MachineShape {
  readonly initial: string
  readonly states: Readonly<Record<string, StateShape>>
}

/** One state, as data. */
export interface StateShape {
  readonly summary?: string
  readonly final?: true
  /** Where events lead to, by their names. */
  readonly on: Readonly<Record<string, string>>
  readonly after?: { readonly time: Duration; readonly to: string }
}

/** A workflow that is in one of its named states at any time. */
export interface StateMachine<Name extends string = string, Input = unknown, Value = unknown> extends Workflow<
  Name,
  Input,
  Value,
  unknown
> {
  readonly machine: MachineShape
}
