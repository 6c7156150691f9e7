import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import { map, value as valueCell } from '../state/cells.ts'
import { byTime } from './by-time.ts'
import type { KeyFunction } from './functions.ts'
import { addItem, kept } from './kept.ts'
import type { By, Shape } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'
import { timeOf } from './job-expressions.ts'

/** A change from one state to another. */
export interface MachineChange {
  readonly condition: (value: unknown, time: number, key: Key | undefined, state: string) => boolean
  readonly to: string
  /** What is told of it; nothing without it. `state` is the one before. */
  readonly give?: (value: unknown, time: number, key: Key | undefined, state: string) => unknown
}

/** A machine for each key. */
export interface MachineOptions {
  /** Without it, the key that a step before has given. */
  readonly by?: KeyFunction
  /** The state of a key that is new. */
  readonly initial: string
  /** For each state where to go: the first change whose condition is true. */
  readonly states: Readonly<Record<string, readonly MachineChange[]>>
}

/**
 * Keeps a state for each key, which records change in the order of their event times. They wait for the watermark for it;
 * what is behind it goes to the side output `late`. A key that is in its initial state needs no memory.
 *
 * @example In a plan: `machine: { by: it.order, initial: new, states: { new: { on: [{ if: it.kind == "paid", to: paid }] }, paid: {} } }`
 * @example machineOperator({ initial: 'off', states: { off: [{ condition: (it) => it.on, to: 'on' }], on: [] } })
 */
export const machineOperator = ({ by, initial, states }: MachineOptions): Operator =>
  operator({
    kind: 'machine',
    key: by,
    sides: ['late'],
    shape: { initial },
    state: { waiting: map(z.array(kept)), state: valueCell(z.string()) },

    onRecord({ value, time, id }, { waiting }, out) {
      if (time <= out.watermark) {
        out.late()
        return out.side('late', value, time)
      }
      addItem(waiting, time, { time, id, value })
      out.timer(time)
    },

    onTimer({ time }, { waiting, state }, out) {
      const records = waiting.get(time)!.toSorted(byTime)
      waiting.delete(time)
      let current = state.get() ?? initial
      for (const { value, id } of records) {
        const change = states[current]?.find(({ condition }) => condition(value, time, out.key, current))
        if (change === undefined) continue
        if (change.give !== undefined) out.emit(change.give(value, time, out.key, current), time, 1, id)
        current = change.to
      }
      if (current === initial) state.clear()
      else state.set(current)
    },
  })

/** The settings of `machine`. */
export interface MachineConfig {
  readonly by: By
  readonly initial: string
  readonly states: Readonly<
    Record<string, { readonly on: readonly { readonly if: string; readonly to: string; readonly give?: Shape }[] }>
  >
}

/** `machine: { by, initial, states }` */
export const machineExecutor: JobExecutor<MachineConfig> = ({ by, initial, states }, { key, scoped }) => {
  const over = (shape: Shape) => {
    const made = scoped(shape)
    return (it: unknown, time: number, ofKey: Key | undefined, state: string) =>
      made({ it, time: timeOf(time), key: ofKey ?? null, state })
  }
  const changes = Object.entries(states).map(([name, { on }]) => [
    name,
    on.map(({ if: text, to, give }): MachineChange => {
      const holds = over(text)
      return {
        condition: (value, time, ofKey, state) => holds(value, time, ofKey, state) === true,
        to,
        ...(give !== undefined && { give: over(give) }),
      }
    }),
  ])
  return machineOperator({ by: key(by), initial, states: Object.fromEntries(changes) })
}
