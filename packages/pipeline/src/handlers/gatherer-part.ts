import type { AnyCommand, Cancel, OpenApp, Part, PartKind } from '@heddle/core'
import { type Database, DataTransactions } from '@heddle/data'
import { planTopic } from '../versions/plan-notices.ts'
import { dueAt, gatheredTopic, type Group, waitingGroups } from './gatherings.ts'
import type { OnConfig } from './on-config.ts'

const gathererKind: PartKind = { name: 'gatherer', compare: () => [] }

/** How long to wait after what could not be handled because of a mistake or an outage (limit `gatherer.pause`). */
const pauseMs = 60_000

/** Wakes the groups of a pipeline's events when they are due; those that waited when a process died, too. */
export function gathererPart(pipeline: string, on: OnConfig, flush: AnyCommand): Part {
  return {
    kind: gathererKind,
    name: pipeline,
    inside: true,
    describe: () => ({}),
    instance: () => gathererPart(pipeline, on, flush),
    simulated: () => gathererPart(pipeline, on, flush),
    ...gatherer(pipeline, on, flush),
  }
}

function gatherer(pipeline: string, on: OnConfig, flush: AnyCommand): Pick<Part, 'start' | 'drain' | 'health'> {
  const armed = new Map<string, Cancel>()
  const busy = new Set<Promise<void>>()
  let stopListening: () => void = () => {}
  let isOver = false

  return {
    async start({ app, ports: { transactions } }) {
      if (!(transactions instanceof DataTransactions)) return
      const { database } = transactions
      const look = (group: Group) => track(dueAt(database, group, on).then((due) => arm(app, group, due)))
      const lookAtAll = () => track(lookEverywhere(database, look))
      const stopWaking = await database.notices.subscribe(planTopic, (name) => {
        if (name === pipeline) lookAtAll()
      })
      const stopHearing = await database.notices.subscribe(
        gatheredTopic,
        (payload) => {
          const group = JSON.parse(payload) as Group
          if (group.pipeline === pipeline) look(group)
        },
        { missed: lookAtAll },
      )
      stopListening = () => {
        stopWaking()
        stopHearing()
      }
      lookAtAll()
    },
    async drain() {
      isOver = true
      stopListening()
      for (const cancel of armed.values()) cancel()
      await Promise.all(busy)
    },
    health: () => ({ ok: true, detail: { waiting: armed.size } }),
  }

  async function lookEverywhere(database: Database, look: (group: Group) => void): Promise<void> {
    for (const group of await waitingGroups(database, pipeline)) look(group)
  }

  function track(work: Promise<void>): void {
    // What could not be read is looked at with the next event, or with the next start.
    const done = work.catch(() => undefined).finally(() => busy.delete(done))
    busy.add(done)
  }

  function arm(app: OpenApp, group: Group, due: number | undefined): void {
    const key = JSON.stringify([group.tenant, group.group])
    armed.get(key)?.()
    armed.delete(key)
    if (due === undefined || isOver) return
    const { clock, timers } = app.ports
    const fire = () => {
      armed.delete(key)
      track(handle(app, group))
    }
    armed.set(key, timers.after(Math.max(0, due - clock.now()), fire, { background: true }))
  }

  async function handle(app: OpenApp, group: Group): Promise<void> {
    const input = { group: group.group }
    const outcome = await app.call(flush, input, { as: app.self(group.tenant), trusted: true, tenant: group.tenant })
    if (outcome.ok) return arm(app, group, (outcome.value as { readonly dueAt?: number }).dueAt)
    const [first] = outcome.errors as readonly { readonly code: string }[]
    app.ports.log.write('warning', 'events that were gathered could not be handled', { pipeline, code: first?.code })
    arm(app, group, app.ports.clock.now() + pauseMs)
  }
}
