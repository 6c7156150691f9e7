import type { AnyCommand, Json } from '@heddle/core'
import { durationMs } from '../define/duration.ts'
import type { AnyWorkflow, Duration, Scope, StepOptions } from '../define/types.ts'
import { RunFailure } from './ending.ts'
import type { Execution } from './execution.ts'

/** How many elements of `each` are worked on at a time (limit `workflow.each`). */
const eachConcurrency = 8
/** How often a loop goes round (limit `workflow.loop`). */
const loopLimit = 10_000

type AnyBranch = (scope: Scope) => Promise<unknown>

/** What a body may do at one place of its journal's paths. */
export function createScope(execution: Execution, path: string): Scope {
  const keyOf = (id: string) => path + id

  const step = Object.assign(
    (id: string, command: AnyCommand, input: unknown, options?: StepOptions) =>
      execution.step(keyOf(id), command, input, options),
    {
      try: (id: string, command: AnyCommand, input: unknown, options?: StepOptions) =>
        execution.tryStep(keyOf(id), command, input, options),
    },
  )

  const tryChild = async (id: string, { name, facts }: AnyWorkflow, input: unknown) => {
    const run = await execution.startChild(keyOf(id), name, input)
    return execution.childOutcome(keyOf(id), run, facts)
  }
  const child = Object.assign(
    async (id: string, workflow: AnyWorkflow, input: unknown) => {
      const outcome = await tryChild(id, workflow, input)
      if (outcome.ok) return outcome.value
      throw new RunFailure(outcome.errors)
    },
    {
      try: tryChild,
      start: async (id: string, { name }: AnyWorkflow, input: unknown) => ({
        run: await execution.startChild(keyOf(id), name, input),
      }),
    },
  )

  async function all(branches: Readonly<Record<string, AnyBranch>>) {
    const names = Object.keys(branches)
    const ended = await Promise.allSettled(
      names.map(async (name) => branches[name]!(createScope(execution, `${path}${name}/`))),
    )
    const broken = ended.find((end) => end.status === 'rejected')
    if (broken) throw broken.reason
    return Object.fromEntries(names.map((name, index) => [name, (ended[index] as { value?: unknown }).value]))
  }

  async function race(id: string, branches: Readonly<Record<string, AnyBranch>>) {
    const names = Object.keys(branches)
    const decided = await execution.raceWinner(keyOf(id))
    const pathOf = (name: string) => `${path}${id}/${name}/`
    const begun = names.map((name) => ({ name, value: branches[name]!(createScope(execution, pathOf(name))) }))
    for (const { value } of begun) value.catch(() => undefined)
    if (decided !== undefined) {
      execution.giveUp(names.filter((name) => name !== decided).map(pathOf))
      return { winner: decided, value: await begun.find(({ name }) => name === decided)!.value }
    }
    const first = await Promise.race(
      begun.map(({ name, value }) =>
        value.then(
          (given) => ({ name, given }),
          (thrown: unknown) => ({ name, thrown }),
        ),
      ),
    )
    execution.decideRace(keyOf(id), first.name, names.filter((name) => name !== first.name).map(pathOf))
    if ('thrown' in first) throw first.thrown
    return { winner: first.name, value: first.given }
  }

  async function each<Item, Result>(
    id: string,
    items: readonly Item[],
    { key, concurrency = eachConcurrency }: { key: (item: Item, index: number) => string; concurrency?: number },
    body: (item: Item, scope: Scope, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const results: Result[] = []
    const broken = new Map<number, unknown>()
    let next = 0
    const lane = async () => {
      while (next < items.length && broken.size === 0) {
        const index = next++
        const item = items[index]!
        try {
          results[index] = await body(item, createScope(execution, `${path}${id}[${key(item, index)}]/`), index)
        } catch (thrown) {
          broken.set(index, thrown)
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane))
    // The first in the order of the elements, so that a replay ends in the same way.
    if (broken.size > 0) throw broken.get(Math.min(...broken.keys()))
    return results
  }

  async function loop<Result>(
    id: string,
    body: (scope: Scope, index: number) => Promise<Result | undefined>,
    { limit = loopLimit }: { limit?: number } = {},
  ): Promise<Result> {
    for (let index = 0; index < limit; index++) {
      const result = await body(createScope(execution, `${path}${id}[${index}]/`), index)
      if (result !== undefined) return result
    }
    throw new TypeError(`the loop ${path}${id} went round ${limit} times (limit "workflow.loop")`)
  }

  const { clock, random } = execution.host.ports
  return {
    step: step as Scope['step'],
    child: child as Scope['child'],
    sleep: (id, time) =>
      execution.sleep(keyOf(id), (now) => (isMoment(time) ? time.until.getTime() : now + durationMs(time))),
    signal: ((name: string, { id = name, timeout }: { id?: string; timeout?: Duration } = {}) =>
      execution.signal(keyOf(id), name, timeout === undefined ? undefined : durationMs(timeout))) as Scope['signal'],
    compensate: (id, command, input) =>
      void execution.compensations.push({ key: keyOf(id), command: command as AnyCommand, input }),
    all: all as Scope['all'],
    race: race as Scope['race'],
    each: each as Scope['each'],
    loop: loop as Scope['loop'],
    now: async (id) => new Date((await execution.value(keyOf(id), () => clock.now())) as number),
    random: async (id) => (await execution.value(keyOf(id), (): Json => fraction(random.bytes(6)))) as number,
  }
}

const isMoment = (time: unknown): time is { readonly until: Date } => typeof time === 'object'

/** 48 random bits as a number in [0, 1). */
const fraction = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48
