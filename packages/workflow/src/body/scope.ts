import { type AnyCommand, type AnyFailure, failed, type Json, type Outcome, success } from '@heddle/core'
import { durationMs } from '../define/duration.ts'
import type { AnyWorkflow, Duration, Scope, StepOptions } from '../define/types.ts'
import { awaitApproval } from '../approval/await-approval.ts'
import { awaitUpdate } from '../update/await-update.ts'
import { failuresOf, RunFailure } from './ending.ts'
import type { Execution } from './execution.ts'
import type { Strand } from './strand.ts'

/** How many elements of `each` are worked on at a time (limit `workflow.each`). */
const eachConcurrency = 8
/** How often a loop goes round (limit `workflow.loop`). */
const loopLimit = 10_000

type AnyBranch = (scope: Scope) => Promise<unknown>

/** What a body may do at one place of its journal's paths. */
export function createScope(execution: Execution, path: string, strand: Strand): Scope {
  const keyOf = (id: string) => path + id

  const step = Object.assign(
    (id: string, command: AnyCommand, input: unknown, options?: StepOptions) =>
      execution.step(strand, keyOf(id), command, input, options),
    {
      try: (id: string, command: AnyCommand, input: unknown, options?: StepOptions) =>
        execution.tryStep(strand, keyOf(id), command, input, options),
    },
  )

  const tryChild = async (id: string, { name, facts }: AnyWorkflow, input: unknown) => {
    const run = await execution.startChild(strand, keyOf(id), name, input)
    return execution.childOutcome(strand, keyOf(id), run, facts)
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
        run: await execution.startChild(strand, keyOf(id), name, input),
      }),
    },
  )

  async function all(branches: Readonly<Record<string, AnyBranch>>) {
    const names = Object.keys(branches)
    const ended = await Promise.allSettled(
      names.map(async (name) => branches[name]!(createScope(execution, `${path}${name}/`, strand.branch()))),
    )
    const broken = ended.find((end) => end.status === 'rejected')
    if (broken) throw broken.reason
    return Object.fromEntries(names.map((name, index) => [name, (ended[index] as { value?: unknown }).value]))
  }

  async function race(id: string, branches: Readonly<Record<string, AnyBranch>>) {
    const decided = await execution.raceWinner(strand, keyOf(id))
    const begun = Object.entries(branches).map(([name, branch]) => {
      const rival = strand.rival()
      // Those that lost do what they did before, and nothing more.
      if (decided !== undefined && decided !== name) rival.giveUp()
      const end = ended(branch(createScope(execution, `${path}${id}/${name}/`, rival)))
      return { name, rival, end: end.then((given) => ({ name, ...given })) }
    })
    const known = begun.find(({ name }) => name === decided)
    const first = await (known ? known.end : Promise.race(begun.map(({ end }) => end)))
    for (const { name, rival } of begun) if (name !== first.name) rival.giveUp()
    if (decided === undefined) execution.decideRace(keyOf(id), first.name)
    if ('thrown' in first) throw first.thrown
    return { winner: first.name, value: first.value }
  }

  async function quorum(id: string, needed: number, branches: Readonly<Record<string, AnyBranch>>) {
    const names = Object.keys(branches)
    const decided = await execution.raceWinner(strand, keyOf(id))
    const values = new Map<string, unknown>()
    const errors = new Map<string, readonly AnyFailure[]>()
    const over = Promise.withResolvers<void>()
    const known = decided === undefined ? undefined : (JSON.parse(decided) as { won: string[]; lost: string[] })
    const settle = () => {
      const isOver = known
        ? known.won.every((name) => values.has(name)) && known.lost.every((name) => errors.has(name))
        : values.size >= needed || errors.size > names.length - needed
      if (isOver) over.resolve()
    }
    const rivals = names.map((name) => ({ name, rival: strand.rival() }))
    for (const { name, rival } of rivals) {
      if (known && !known.won.includes(name) && !known.lost.includes(name)) rival.giveUp()
      branches[name]!(createScope(execution, `${path}${id}/${name}/`, rival)).then(
        (value) => {
          values.set(name, value)
          settle()
        },
        (thrown: unknown) => {
          const failures = failuresOf(thrown)
          if (failures === undefined) return over.reject(thrown)
          errors.set(name, failures)
          settle()
        },
      )
    }
    await over.promise
    const won = known?.won ?? [...values.keys()].slice(0, needed)
    const lost = known?.lost ?? [...errors.keys()]
    for (const { name, rival } of rivals) if (!won.includes(name)) rival.giveUp()
    if (!known) execution.decideRace(keyOf(id), JSON.stringify({ won, lost }))
    if (won.length >= needed) return success(won.map((name) => ({ name, value: values.get(name) })))
    return failed(errors.get(lost[0]!)!)
  }

  async function attempt<Value>(run: () => Promise<Value>): Promise<Outcome<Value, AnyFailure>> {
    const mark = execution.compensations.length
    try {
      return success(await run())
    } catch (thrown) {
      const errors = failuresOf(thrown)
      if (errors === undefined || errors[0]?.code === 'RunCancelled') throw thrown
      // Those of this place: a branch beside it declares its own meanwhile.
      const declared = execution.compensations.slice(mark).filter(({ key }) => key.startsWith(path))
      for (const compensation of declared.toReversed()) {
        execution.compensations.splice(execution.compensations.indexOf(compensation), 1)
        await execution.step(strand, `undo/${compensation.key}`, compensation.command, compensation.input)
      }
      return failed(errors)
    }
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
          results[index] = await body(
            item,
            createScope(execution, `${path}${id}[${key(item, index)}]/`, strand.branch()),
            index,
          )
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
      const result = await body(createScope(execution, `${path}${id}[${index}]/`, strand), index)
      if (result !== undefined) return result
    }
    throw new TypeError(`the loop ${path}${id} went round ${limit} times (limit "workflow.loop")`)
  }

  const { clock, random } = execution.host.ports
  return {
    step: step as Scope['step'],
    child: child as Scope['child'],
    sleep: (id, time) =>
      execution.sleep(strand, keyOf(id), (now) => (isMoment(time) ? time.until.getTime() : now + durationMs(time))),
    signal: ((name: string, { id = name, timeout }: { id?: string; timeout?: Duration } = {}) =>
      execution.signal(
        strand,
        keyOf(id),
        name,
        timeout === undefined ? undefined : durationMs(timeout),
      )) as Scope['signal'],
    approval: ((name: string, { id = name, timeout }: { id?: string; timeout?: Duration } = {}) =>
      awaitApproval(execution, strand, { key: keyOf(id), name, timeout })) as Scope['approval'],
    update: ((
      name: string,
      take: (input: unknown) => unknown,
      { id = name, timeout }: { id?: string; timeout?: Duration } = {},
    ) => awaitUpdate(execution, strand, { key: keyOf(id), name, timeout, take })) as Scope['update'],
    compensate: (id, command, input) =>
      void execution.compensations.push({ key: keyOf(id), command: command as AnyCommand, input }),
    all: all as Scope['all'],
    race: race as Scope['race'],
    quorum: quorum as Scope['quorum'],
    attempt,
    each: each as Scope['each'],
    loop: loop as Scope['loop'],
    now: async (id) => new Date((await execution.value(strand, keyOf(id), () => clock.now())) as number),
    random: async (id) => (await execution.value(strand, keyOf(id), (): Json => fraction(random.bytes(6)))) as number,
  }
}

/** How a branch ended, so that nobody has to be there when it fails. */
const ended = (value: Promise<unknown>): Promise<{ value: unknown } | { thrown: unknown }> =>
  value.then(
    (given) => ({ value: given }),
    (thrown: unknown) => ({ thrown }),
  )

const isMoment = (time: unknown): time is { readonly until: Date } => typeof time === 'object'

/** 48 random bits as a number in [0, 1). */
const fraction = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48
