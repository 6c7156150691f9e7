import { Defect, Failure, type OpenApp, type Part, type PartKind, type Ports } from '@heddle/core'
import { type Database, DataTransactions } from '@heddle/data'
import type { Plan } from '../plan/plan.ts'
import { declarePlan } from './commands/declare-plan.ts'
import { listPipelines } from './commands/list-pipelines.ts'
import { pausePipeline, resumePipeline } from './commands/pause-pipeline.ts'
import { reloadPipelines } from './commands/reload-pipelines.ts'
import { rollBackPipeline } from './commands/roll-back-pipeline.ts'
import { showPipeline } from './commands/show-pipeline.ts'
import { tagPlan } from './commands/tag-plan.ts'
import { LivePipelines, LivePort } from './live-pipelines.ts'
import { planTopic } from './plan-notices.ts'
import { currentPlan, type Pinned, pinnedPlans } from './pinned-plans.ts'

const pipelinesKind: PartKind = { name: 'pipelines', compare: () => [] }

/** Looks after the versions of an app's pipelines. Each pipeline brings it along; it works where there is a database. */
function pipelinesPart(): Part {
  const live = new LivePipelines()
  let running: OpenApp | undefined
  let pinned: ReadonlyMap<string, Pinned> = new Map()
  let stopListening: () => void = () => {}
  return {
    kind: pipelinesKind,
    name: 'pipelines',
    inside: true,
    commands: [
      declarePlan,
      listPipelines,
      showPipeline,
      tagPlan,
      rollBackPipeline,
      reloadPipelines,
      pausePipeline,
      resumePipeline,
    ],
    provides: { port: LivePort, service: live },
    describe: () => ({}),
    instance: pipelinesPart,
    simulated: pipelinesPart,
    async open({ ports }) {
      const database = databaseOf(ports)
      live.isKept = database !== undefined
      pinned = await pinnedPlans(database)
    },
    opened(app) {
      live.open(app)
      running = app
      for (const { name, hash } of live.declared()) {
        const pin = pinned.get(name)
        if (pin?.declared === hash) run(app, live, name, pin.plan)
      }
    },
    async start({ ports }) {
      const database = databaseOf(ports)
      if (!database || !running) return
      const app = running
      for (const { name } of live.declared()) await settle(app, live, name)
      const again = (name: string) => {
        const names = name === '' ? live.declared().map((pipeline) => pipeline.name) : [name]
        for (const each of names) void follow(app, live, each, database)
      }
      stopListening = await database.notices.subscribe(planTopic, again, { missed: () => again('') })
    },
    stop: () => stopListening(),
  }
}

/** The part that every pipeline brings along: one for all of them. */
export const usualPipelines = pipelinesPart()

const databaseOf = ({ transactions }: Ports) =>
  transactions instanceof DataTransactions ? transactions.database : undefined

/** Notes the plan that the app brings along, and runs the version that the database then says. */
async function settle(app: OpenApp, live: LivePipelines, name: string): Promise<void> {
  const declared = live.declared().find((pipeline) => pipeline.name === name)
  if (!declared) return
  const { hash, plan } = declared
  const outcome = await app.call(declarePlan, { pipeline: name, hash, plan })
  if (outcome.ok) run(app, live, name, (outcome.value.plan as Plan | undefined) ?? plan)
  else unread(app, name, outcome.errors[0]?.code)
}

/** Runs the version that somebody else has chosen. What the files of this process say counts at its next start. */
async function follow(app: OpenApp, live: LivePipelines, name: string, database: Database): Promise<void> {
  try {
    const plan = await currentPlan(database, name)
    if (plan) run(app, live, name, plan)
  } catch (thrown) {
    unread(app, name, thrown instanceof Failure || thrown instanceof Defect ? thrown.code : undefined)
  }
}

function unread({ ports: { log } }: OpenApp, pipeline: string, code: string | undefined): void {
  log.write('warning', 'the version of a pipeline could not be read', { pipeline, code })
}

/** A version that cannot run changes nothing. */
function run({ ports: { log } }: OpenApp, live: LivePipelines, name: string, plan: Plan): void {
  try {
    live.exchange(live.prepare(name, plan))
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    log.write('warning', 'the version of a pipeline that was chosen cannot run', { pipeline: name, reason })
  }
}
