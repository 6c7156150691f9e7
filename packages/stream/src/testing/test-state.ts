import { seededRandom } from '@heddle/core'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Key } from '../record/record.ts'
import { type CellsOf, list, map, timer, value } from '../state/cells.ts'
import type { StepState, TaskState } from '../state/state.ts'
import { PlainTaskState } from './plain-task-state.ts'

const shapes = {
  value: value(z.object({ n: z.number() })),
  list: list(z.number()),
  map: map(z.object({ n: z.number() })),
  timer: timer(),
}
type Cells = CellsOf<typeof shapes>
const cellsOf = (step: StepState) => step.cells as unknown as Cells

const keys: readonly Key[] = [
  'a',
  'b',
  '1',
  1,
  2.5,
  true,
  null,
  '',
  '😀',
  ['a', 1],
  ['a'],
  '["a"]',
  '\ud800',
  'long'.repeat(40),
]
const names = ['x', 'y', '1', 1, 'z', 'ü', -3] as const
const steps = ['one', 'two'] as const

/** How a state is opened: with the same name again, it is the same. */
export type OpenNamedState = (name: string, memoryBytes?: number) => TaskState

/** Something that is done to a state and to the model; what it answers must be the same. */
type Deed = (step: StepState, cells: Cells) => unknown

function someDeed(random: (below: number) => number): Deed {
  const [n, name, time] = [random(100), names[random(names.length)]!, random(300)]
  const deeds: readonly Deed[] = [
    (_, cells) => cells.value.set({ n }),
    (_, cells) => {
      const held = cells.value.get()
      if (held === undefined) return
      held.n += n
      cells.value.touch()
    },
    (_, cells) => cells.value.clear(),
    (_, cells) => [cells.value.has(), cells.value.get()],
    (_, cells) => cells.list.push(n),
    (_, cells) => [n, n + 1].forEach((item) => cells.list.push(item)),
    (_, cells) => (n % 3 ? cells.list.push(n) : cells.list.replace(cells.list.all().slice(-2))),
    (_, cells) => (n % 4 ? undefined : cells.list.clear()),
    (_, cells) => [cells.list.size, [...cells.list.all()]],
    (_, cells) => cells.map.set(name, { n }),
    (_, cells) => Array.from({ length: 40 }, (_item, at) => cells.map.set(`${n}/${at}`, { n: at })),
    (_, cells) => {
      const held = cells.map.get(name)
      if (held === undefined) return
      held.n += n
      cells.map.touch(name)
    },
    (_, cells) => cells.map.delete(name),
    (_, cells) => (n % 8 ? undefined : cells.map.clear()),
    (_, cells) => [cells.map.size, cells.map.has(name), cells.map.get(name)],
    (_, cells) => [...cells.map.entries()],
    (_, cells) => cells.timer.set(time),
    (_, cells) => cells.timer.clear(),
    (_, cells) => cells.timer.at,
    (step) => step.timer(time),
    (step) => step.cancelTimer(time),
    (step) => step.firstTimer,
  ]
  return deeds[random(deeds.length)]!
}

const fired = (step: StepState, watermark: number): unknown[] => {
  const all: unknown[] = []
  for (let taken = step.takeTimer(watermark); taken !== undefined; taken = step.takeTimer(watermark)) {
    all.push({ ...taken, key: step.key, at: cellsOf(step).timer.at })
  }
  return all
}

const everything = (state: TaskState): unknown =>
  steps.map((id) => {
    const step = state.step(id, shapes)
    const { value: held, list: items, map: entries, timer: at } = cellsOf(step)
    return [
      step.firstTimer,
      keys.map((key) => {
        step.select(key)
        return [key, held.has(), held.get(), [...items.all()], entries.size, [...entries.entries()], at.at]
      }),
    ]
  })

const sent = (state: TaskState, sink: string) =>
  state.outbox.epochs(sink).map((epoch) => [epoch, [...state.outbox.read(sink, epoch)].flat()])

/** The contract of what keeps the state of a task: the same answers as a plain model, however little memory there is. */
export function testState(open: OpenNamedState, { seeds = 12, deeds = 400 } = {}): void {
  test.each(Array.from({ length: seeds }, (_, seed) => seed + 1))(
    'answers as the model does over checkpoints, restores and reopening (seed %i)',
    (seed) => {
      const { next } = seededRandom(seed)
      const random = (below: number) => Math.floor(next() * below)
      const memoryBytes = [1, 3000, 20_000, 1 << 26][seed % 4]!
      const model = new PlainTaskState()
      // The second one has all in memory: the same hashes show that they do not depend on what was let go.
      let states = [open(`tight-${seed}`, memoryBytes), open(`wide-${seed}`, 1 << 28)]
      const marks = new Map<number, { readonly hash: string; readonly model: string }>([[0, { hash: '', model: '' }]])
      let epoch = 0
      const both = <Answer>(ask: (state: TaskState) => Answer): void => {
        const wanted = ask(model)
        for (const state of states) {
          const answer = ask(state)
          // There are tens of thousands of answers, and `expect` takes its time for each.
          if (!isDeepStrictEqual(answer, wanted)) expect(answer).toEqual(wanted)
        }
      }
      const restore = (to: number) => {
        for (const state of states) state.restore(to, marks.get(to)!.hash)
        model.restore(to, marks.get(to)!.model)
        both(everything)
      }
      const checkpoint = () => {
        epoch += 1 + random(3)
        const [first, ...others] = states.map((state) => state.checkpoint(epoch))
        for (const other of others) expect(other.hash).toBe(first!.hash)
        marks.set(epoch, { hash: first!.hash, model: model.checkpoint(epoch).hash })
        both((state) => state.kept())
      }
      for (let turn = 0; turn < deeds; turn++) {
        const what = random(100)
        const id = steps[random(steps.length)]!
        if (what < 80) {
          const [key, deed] = [keys[random(keys.length)]!, someDeed(random)]
          both((state) => {
            const step = state.step(id, shapes)
            step.select(key)
            return deed(step, cellsOf(step))
          })
        } else if (what < 84) {
          const watermark = random(300)
          both((state) => fired(state.step(id, shapes), watermark))
        } else if (what < 88) {
          const record = { value: { n: turn }, key: 'k', time: turn, weight: 1, id: `r${turn}` } as const
          both((state) => state.outbox.add(id, record))
        } else if (what < 94) checkpoint()
        else if (what < 95) {
          const kept = model.kept()
          restore(kept[random(kept.length)]!)
          epoch = Math.max(...model.kept())
        } else if (what < 96) {
          checkpoint()
          for (const state of states) state.close()
          states = [open(`tight-${seed}`, memoryBytes), open(`wide-${seed}`, 1 << 28)]
          both((state) => state.kept())
          restore(epoch)
        } else if (what < 97) {
          const before = epoch - random(4)
          both((state) => state.forget(before))
          checkpoint() // It goes with it.
        } else if (what < 98) both((state) => state.drop(id))
        else {
          both((state) => sent(state, id))
          const [first] = model.outbox.epochs(id)
          if (first !== undefined) both((state) => state.outbox.delivered(id, first))
        }
      }
      both(everything)
      for (const state of states) state.close()
    },
  )
}
