import { Defect } from '@heddle/core'
import { durationMs } from '../define/duration.ts'
import type { MachineShape, State, StateShape } from './types.ts'

type AnyState = State<Readonly<Record<string, never>>, never, never, never>

/** Where a transition leads to. */
export const targetOf = (transition: string | { readonly to: string }): string =>
  typeof transition === 'string' ? transition : transition.to

/**
 * The shape of a machine.
 *
 * @throws {Defect} InvalidDefinition for a state that is not there, one that nothing leads to, or one that cannot be left
 */
export function shapeOf(
  name: string,
  initial: string,
  events: readonly string[],
  states: Readonly<Record<string, AnyState>>,
): MachineShape {
  const refuse = (reason: string): never => {
    throw new Defect('InvalidDefinition', { name, reason })
  }
  const known = (state: string, from: string) => {
    if (!Object.hasOwn(states, state)) refuse(`${from} leads to "${state}", which is none of its states`)
  }
  known(initial, 'initial')
  for (const [state, { on = {}, after, final }] of Object.entries(states)) {
    for (const [event, transition] of Object.entries(on) as [string, string | { to: string }][]) {
      if (!events.includes(event)) refuse(`the state "${state}" allows "${event}", which is none of its events`)
      known(targetOf(transition), `"${event}" in the state "${state}"`)
    }
    if (after) {
      known(after.to, `the time in the state "${state}"`)
      durationMs(after.time)
    }
    const isLeft = after !== undefined || Object.keys(on).length > 0
    if (final && isLeft) refuse(`the state "${state}" is final, and is left all the same`)
    if (!final && !isLeft) refuse(`the state "${state}" is not final, and nothing leads out of it`)
  }
  const shape: MachineShape = {
    initial,
    states: Object.fromEntries(Object.entries(states).map(([state, facts]) => [state, stateShape(facts)])),
  }
  const reached = reachedIn(shape)
  const lost = Object.keys(states).find((state) => !reached.has(state))
  if (lost !== undefined) refuse(`nothing leads to the state "${lost}"`)
  return shape
}

function stateShape({ summary, final, on = {}, after }: AnyState): StateShape {
  const entries = Object.entries(on) as [string, string | { to: string }][]
  return {
    ...(summary !== undefined && { summary }),
    ...(final && { final }),
    on: Object.fromEntries(entries.map(([event, transition]) => [event, targetOf(transition)])),
    ...(after && { after: { time: after.time, to: after.to } }),
  }
}

function reachedIn({ initial, states }: MachineShape): ReadonlySet<string> {
  const reached = new Set([initial])
  for (const state of reached) {
    const { on, after } = states[state]!
    for (const next of Object.values(on)) reached.add(next)
    if (after) reached.add(after.to)
  }
  return reached
}
