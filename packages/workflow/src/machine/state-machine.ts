import {
  type AnyCommand,
  error,
  hashOf,
  type InputOf,
  type Json,
  type OutputOf,
  type Part,
  type Schema,
} from '@heddle/core'
import { z } from 'zod'
import type { Scope, WorkflowArgs } from '../define/types.ts'
import type { WorkflowSection } from '../define/describe.ts'
import { nothing, workflow } from '../define/workflow.ts'
import { isWorkflow } from '../define/workflow-kind.ts'
import { optionalUnlessNeeded } from '../ways/optional-unless-needed.ts'
import { shapeOf } from './shape.ts'
import type { Action, EventTypes, MachineDefinition, MachineShape, StateMachine, Transition } from './types.ts'

const notAllowed = error(z.object({ event: z.string(), state: z.string(), allowed: z.array(z.string()) }), {
  message: 'The state {state} does not allow the event {event}; it allows: {allowed}.',
})

/** What the body of a machine is given, of what bodies are given. */
interface Body extends Pick<
  WorkflowArgs<Schema, { EventNotAllowed: typeof notAllowed }, AnyCommand, {}, never>,
  'fail'
> {
  readonly input: unknown
  expose(name: string, tell: () => unknown): void
  loop<Result>(id: string, body: (scope: Scope) => Promise<Result | undefined>): Promise<Result>
}

type AnyAction = Action<Schema, Schema, AnyCommand, unknown>
type AnyTransition = Transition<Schema, Schema, AnyCommand, unknown>

/**
 * Defines a durable state machine: a workflow that is in one of its named states at any time, and leaves it for an event that
 * the state allows, or when its time is over. An event that is not allowed is refused to who sends it.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const order = stateMachine('orders.Order', {
 *   input: z.object({ order: z.string() }),
 *   events: { pay: z.object({ cents: z.int() }), ship: nothing },
 *   initial: 'placed',
 *   states: {
 *     placed: { on: { pay: 'paid' }, after: { time: '2d', to: 'expired' } },
 *     paid: { on: { ship: 'shipped' } },
 *     shipped: { final: true },
 *     expired: { final: true },
 *   },
 * })
 */
export function stateMachine<
  const Name extends string,
  Input extends Schema,
  const Events extends EventTypes,
  Data extends Schema = typeof nothing,
  const Steps extends readonly AnyCommand[] = readonly [],
>(
  name: Name,
  definition: MachineDefinition<Events, Input, Data, Steps>,
): StateMachine<Name, InputOf<Input>, { readonly state: string; readonly data: OutputOf<Data> }> {
  const { events, initial, states, begin, data: type = nothing, steps = [], ...rest } = definition
  const machine = shapeOf(name, initial, Object.keys(events), states as never)
  const allowedIn = (state: string) => Object.keys(machine.states[state]!.on)
  const made = workflow(name, {
    ...rest,
    steps,
    output: z.object({ state: z.string(), data: type as z.ZodType }),
    errors: { EventNotAllowed: notAllowed },
    updates: {
      send: { input: sentType(events), output: z.object({ state: z.string() }) },
    },
    queries: { state: z.object({ state: z.string(), allowed: z.array(z.string()), data: type as z.ZodType }) },
    async run({ input, fail, expose, loop }: Body) {
      let state = initial
      let data = (begin?.(input as never) ?? {}) as object
      expose('state', () => ({ state, allowed: allowedIn(state), data }))

      /** What an action does has keys of its own, however often its state is entered. */
      const act = async (scope: Scope, kind: string, action: AnyAction | undefined, event?: unknown) => {
        if (!action) return
        const branch = ({ step, compensate, now, random }: Scope) =>
          action({ step, compensate, now, random, input, data, event } as never)
        const changed = (await scope.all({ [kind]: branch }))[kind]
        if (changed) data = { ...data, ...(changed as object) }
      }

      return loop('states', async (scope) => {
        const { enter, exit, final, on = {}, after } = states[state]!
        await act(scope, 'enter', enter as AnyAction)
        if (final) return { state, data }
        let next: AnyTransition | undefined
        let brought: unknown
        const take = ({ event, data: with_ }: { event: string; data: unknown }) => {
          const allowed = allowedIn(state)
          if (!allowed.includes(event)) return fail.EventNotAllowed({ event, state, allowed })
          const found = (on as Readonly<Record<string, string | AnyTransition>>)[event]!
          next = typeof found === 'string' ? { to: found } : found
          brought = with_
          return { state: next.to }
        }
        // The key says in which state it waits.
        const options = { id: state, ...(after && { timeout: after.time }) }
        const taken = (await scope.update('send', take as never, options)) as { state: string } | undefined
        // What was answered stands, also where the state would not allow it any more.
        next ??= taken ? { to: taken.state } : (after as AnyTransition)
        await act(scope, 'exit', exit as AnyAction)
        await act(scope, 'run', next.run, brought)
        state = next.to
        return undefined
      })
    },
  } as never) as unknown as StateMachine<Name, InputOf<Input>, { state: string; data: OutputOf<Data> }>
  const { describe } = made
  const whole: typeof made = Object.assign(made, {
    machine,
    describe: () => {
      const section = describe() as unknown as WorkflowSection
      // The body is the same for all machines: what tells them apart are their states and what is done in them.
      const code = hashOf([section.code, machine as unknown as Json, actionTexts(states)]).slice(0, 22)
      return { ...section, machine, code } as unknown as Json
    },
  })
  return whole
}

/** The type of what is sent: it is told apart by its event, so that what is wrong with it is told by its place. */
function sentType(events: EventTypes): Schema {
  const [first, ...others] = Object.entries(events).map(([event, data]) =>
    z.object({ event: z.literal(event), data: optionalUnlessNeeded(data) }),
  )
  return first ? z.discriminatedUnion('event', [first, ...others]) : z.never()
}

/** The shape of a part of an app that is a state machine. */
export const machineOf = (part: Part): MachineShape | undefined =>
  isWorkflow(part) && 'machine' in part ? (part as StateMachine).machine : undefined

/** The code of all actions, as text. */
const actionTexts = (states: Readonly<Record<string, object>>): string =>
  JSON.stringify(states, (_field, value: unknown) => (typeof value === 'function' ? String(value) : value))
