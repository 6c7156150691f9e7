import { FailedCall, parseDuration, systemFailure } from '@heddle/core'
import {
  type Building,
  commandExecutors,
  dropped,
  type Executor,
  type Executors,
  mergeOf,
  type ParallelConfig,
  type Step,
} from '@heddle/pipeline'
import type { Scope } from '../define/types.ts'
import { frameAt, scopeOf } from './workflow-world.ts'

interface ForEach {
  readonly list: string
  readonly key?: string
  readonly concurrency: number
  readonly steps: readonly Step[]
}

/** Each item has a place of its own in the journal, by its key. */
const forEach: Executor<ForEach> = ({ list, key, concurrency, steps }, building) => {
  const items = building.expression(list)
  const keyed = key === undefined ? undefined : building.expression(key)
  const body = building.steps(steps)
  const { id } = building.step
  return {
    async run(frame) {
      const given = (items(frame) ?? []) as readonly unknown[]
      const keyOf = (item: unknown, index: number) =>
        keyed ? String(keyed(frame.inner(item, { index }))) : String(index)
      const values = await scopeOf(frame).each(id, given, { key: keyOf, concurrency }, async (item, scope, index) =>
        body(frameAt(frame, scope, item, index)),
      )
      return values.filter((value) => value !== dropped)
    },
  }
}

interface Loop {
  readonly while?: string
  readonly until?: string
  readonly limit: number
  readonly steps: readonly Step[]
}

/** Each round has a place of its own in the journal. */
const loop: Executor<Loop> = ({ while: before, until, limit, steps }, building) => {
  const goesOn = before === undefined ? undefined : building.expression(before)
  const ends = until === undefined ? undefined : building.expression(until)
  const body = building.steps(steps)
  const { id } = building.step
  return {
    async run(frame) {
      let { it } = frame
      const round = async (scope: Scope, index: number) => {
        if (goesOn && goesOn(frame.inner(it, { index })) !== true) return { it }
        if (index === limit) throw systemFailure('LimitReached', { name: `${id}.limit`, limit })
        it = await body(frameAt(frame, scope, it, index))
        return it === dropped || (ends && ends(frame.inner(it, { index })) === true) ? { it } : undefined
      }
      return (await scopeOf(frame).loop(id, round, { limit: limit + 1 })).it
    },
  }
}

/** Branches stand side by side in the journal; for which of them it waited is written down. */
const parallel: Executor<ParallelConfig> = (config, building) => {
  const merge = mergeOf(config, building)
  const { id } = building.step
  const { branches, wait } = config
  const bodies = branches.map(({ id: branch, steps }) => ({ branch, body: building.steps(steps) }))
  return {
    async run(frame) {
      const { it } = frame
      const running = Object.fromEntries(
        bodies.map(({ branch, body }) => [branch, async (scope: Scope) => body(frameAt(frame, scope, it))]),
      )
      if (wait === 'all') {
        const placed = Object.fromEntries(Object.entries(running).map(([name, run]) => [`${id}/${name}`, run]))
        const values = await scopeOf(frame).all(placed)
        return merge(
          frame,
          branches.map(({ id: branch }) => values[`${id}/${branch}`]),
        )
      }
      const needed = wait === 'race' ? 1 : wait.quorum
      const outcome = await scopeOf(frame).quorum(id, needed, running)
      if (!outcome.ok) throw new FailedCall(outcome.errors)
      const order = outcome.value.map(({ name }) => branches.findIndex(({ id: branch }) => branch === name))
      const values: unknown[] = []
      for (const [place, { value }] of outcome.value.entries()) values[order[place]!] = value
      return merge(frame, values, order)
    },
  }
}

interface Wait {
  readonly for?: string
  readonly until?: string
  readonly signal?: string
  readonly timeout?: string
}

/** Waits for months, if need be, without a process. */
const wait: Executor<Wait> = ({ for: span, until, signal, timeout }, building: Building) => {
  const { id } = building.step
  const moment = until === undefined ? undefined : building.expression(until)
  return {
    async run(frame) {
      const scope = scopeOf(frame)
      if (signal !== undefined) {
        const data = await (timeout === undefined
          ? scope.signal(signal, { id })
          : scope.signal(signal, { id, timeout }))
        return data ?? null
      }
      if (moment) await scope.sleep(id, { until: momentOf(id, moment(frame)) })
      else await scope.sleep(id, parseDuration(span!))
      return frame.it
    },
  }
}

function momentOf(id: string, value: unknown): Date {
  const moment = value instanceof Date ? value : new Date(value as string | number)
  if (Number.isNaN(moment.getTime())) throw new TypeError(`${id} waits until ${String(value)}, which is no time`)
  return moment
}

interface Compensate {
  readonly command: string
  readonly with?: Parameters<Building['shape']>[0]
}

/** Remembers how to undo what was done. */
const compensate: Executor<Compensate> = ({ command: name, with: given }, building) => {
  const undo = building.command(name)
  const input = given === undefined ? undefined : building.shape(given)
  const { id } = building.step
  return {
    run(frame) {
      scopeOf(frame).compensate(id, undo, input ? input(frame) : frame.it)
      return frame.it
    },
  }
}

/** How each kind of step runs in a workflow. What needs no place of its own in the journal runs as in a command. */
export const workflowExecutors: Executors = {
  ...commandExecutors,
  forEach,
  loop,
  parallel,
  wait,
  compensate,
} as Executors
