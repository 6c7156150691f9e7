import { command, type KeptOutcome } from '@heddle/core'
import { SecretRunRecord } from '@heddle/data'
import { z } from 'zod'
import type { Engine } from '../engine/engine.ts'
import { isQueue } from '../queue/queue.ts'
import type { WorkflowFacts } from '../define/types.ts'
import { endStates, type Run, type Wait } from '../run/run.ts'
import { unopened } from '../value/far.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { shownTime, shownWait, stateType, waitType } from '../ways/run-status.ts'
import { oneRun } from './run-command.ts'
import { howToSend, waitedFor } from './waited-for.ts'

/** Says what a run waits for and why, in sentences, and what can be done. */
export const explainRun = command('heddle.ExplainRun', {
  kind: 'query',
  summary: 'Say what a run waits for, why, and what can be done',
  input: oneRun,
  output: z.object({
    run: z.string(),
    workflow: z.string(),
    state: stateType,
    because: z.array(z.string()).describe('Sentences'),
    help: z.string().optional(),
    waits: z.array(waitType),
    position: z.int().optional().describe('How many runs of its lane go first'),
  }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input: { run: id }, ctx }) {
    const { engine, tenant, find } = ctx.use(EnginePort)
    const stored = await find(id)
    const { run } = stored
    const { state, workflow } = run
    const held = engine.executions.get(id)?.waits.list ?? []
    const waits = (state === 'waiting' ? (run.facts.waits ?? []) : state === 'running' ? held : []).map(shownWait)
    const told = { run: id, workflow, state, waits }
    if (state === 'ready' && run.lane !== undefined) {
      const position = await before(engine, tenant, run)
      return { ...told, position, because: [...turnOf(engine, run, position), ...askedToEnd(run)] }
    }
    const because = await reasons(engine, tenant, run, waits.length > 0 ? held : [])
    const facts = await engine.code.goesOnWith(stored)
    const help = helpFor(run, facts)
    return { ...told, because: [...because, ...askedToEnd(run)], ...(help !== undefined && { help }) }
  },
})

/** How many runs of its lane stand before a run. */
async function before({ store }: Engine, tenant: string, { lane, rank }: Run): Promise<number> {
  return store.database.count(SecretRunRecord.table, tenant, {
    kind: 'and',
    conditions: [
      { kind: 'compare', column: 'lane', by: 'eq', value: lane! },
      { kind: 'compare', column: 'rank', by: 'lt', value: rank! },
    ],
  })
}

function turnOf(engine: Engine, { queue, facts: { fairness, priority } }: Run, position: number): string[] {
  const others = position === 0 ? 'it is the next one' : `${position} go before it`
  const lane = fairness === undefined ? '' : ` among those of "${fairness}"`
  const turn = `It waits for its turn in the queue ${queue}${lane}: ${others}.`
  return [
    turn,
    ...(priority === undefined ? [] : [`Its priority is ${priority} of 9.`]),
    ...limitsOf(engine, queue),
    ...(engine.queues.pauses.names.has(queue)
      ? [`The queue is paused: heddle queues resume ${queue} lets its runs begin.`]
      : []),
    ...(engine.isRunning ? [] : ['This process begins no runs: it does not serve, or it stops.']),
  ]
}

/** What keeps the runs of a queue waiting beside those that are before them. */
function limitsOf({ app }: Engine, name: string): string[] {
  const { concurrency, rate } = app.parts.filter(isQueue).find((queue) => queue.name === name)?.limits ?? {}
  return [
    ...(concurrency === undefined ? [] : [`Of this queue at most ${concurrency} run at a time.`]),
    ...(rate === undefined ? [] : [`Of this queue at most ${rate.limit} begin within ${rate.perMs / 1000} s.`]),
  ]
}

async function reasons(engine: Engine, tenant: string, run: Run, held: readonly Wait[]): Promise<string[]> {
  const { state, facts, wakeAt, worker, outcome } = run
  if (endStates.has(state)) {
    // What is kept elsewhere is what it gave.
    const kept = unopened(outcome) ? undefined : (outcome as unknown as KeptOutcome | undefined)
    const code = kept && !kept.ok ? ` with ${kept.errors[0]?.code}` : ''
    const undone = facts.forced ? ['An operator ended it as it stood: nothing was undone.'] : []
    const next = facts.continuedAs === undefined ? [] : [`It goes on in the run ${facts.continuedAs}.`]
    return [`It has ended as ${state}${code} at ${run.endedAt?.toISOString()}.`, ...undone, ...next]
  }
  if (state === 'ready') return [`It begins at ${wakeAt?.toISOString()}.`]
  if (state === 'running') {
    const whose = worker === engine.worker ? 'This process' : `The process ${worker}`
    return [`${whose} is working on it.`, ...held.map(waitSentence)]
  }
  if (state === 'waiting') {
    const sentences: string[] = []
    for (const wait of facts.waits ?? []) sentences.push(await told(engine, tenant, wait))
    return sentences
  }
  const step = facts.at === undefined ? '' : ` It stopped at ${facts.at}.`
  const because = (facts.because ?? 'nobody said why').replace(/\.$/, '')
  return [`It is ${state}: ${because}.${step}`]
}

async function told(engine: Engine, tenant: string, wait: Wait): Promise<string> {
  const { kind, key, name } = wait
  if (kind !== 'child') return waitSentence(wait)
  const child = await engine.store.read(tenant, name!)
  return `At ${key} it waits for the run ${name}, which is ${child?.run.state ?? 'gone'}.`
}

function waitSentence({ kind, key, name, until }: Wait): string {
  const end = until === undefined ? '' : ` until ${shownTime(until)}`
  if (kind === 'timer') return `At ${key} it sleeps${end}.`
  if (kind === 'retry') return `The step ${key} failed and is tried again at ${shownTime(until!)}.`
  return `At ${key} it waits for ${kind === 'child' ? `the run ${name}` : waitedFor(name)}${end}.`
}

/** A run that is held hears of it only when it goes on. */
function askedToEnd({ state, facts: { cancel } }: Run): string[] {
  if (!cancel || endStates.has(state)) return []
  return [isHeld(state) ? 'It was asked to end, and does so when it goes on.' : 'It was asked to end.']
}

const isHeld = (state: Run['state']) => state === 'parked' || state === 'blocked' || state === 'paused'

function helpFor(run: Run, code: WorkflowFacts | undefined): string | undefined {
  const { id, state, facts } = run
  const { waits = [] } = facts
  const signal = state === 'waiting' ? waits.find(({ kind }) => kind === 'signal') : undefined
  if (signal) return howToSend(run, signal.name, code)
  const helps: Partial<Record<Run['state'], string>> = {
    parked: `When the cause is gone: heddle runs resume ${id}`,
    blocked: `Deploy code that fits, or keep the old code in versions; then: heddle runs resume ${id}`,
    paused: `Let it go on: heddle runs resume ${id}`,
    failed: `Once more: heddle runs retry ${id}`,
  }
  const help = helps[state]
  // Where no code fits any more, nothing else may help.
  const mayForce = state === 'blocked' || (isHeld(state) && facts.cancel)
  return mayForce ? `${help}\nEnd it as it stands, without undoing anything: heddle runs cancel ${id} --force` : help
}
