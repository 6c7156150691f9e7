import { type AnyCommand, Defect, describeCommand, type OpenApp, port } from '@heddle/core'
import { sameJson } from '../diff/value-changes.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { invalidPlan } from '../run/invalid-plan.ts'
import { localCommands } from '../run/local-commands.ts'
import type { LoadedPlan } from '../text/load-plan.ts'
import { isPlanPart, type PlanPart } from './plan-part.ts'

/** Which plans the pipelines of an open app run, and how others are put in their place. */
export class LivePipelines {
  #app: OpenApp | undefined
  readonly #declared = new Map<string, PlanPart>()
  readonly #running = new Map<string, PlanPart>()
  #read: readonly PlanPart[] = []
  /** Whether there is a database, which keeps the versions. */
  isKept = false

  open(app: OpenApp): void {
    this.#app = app
    for (const part of app.parts) if (isPlanPart(part)) this.#declared.set(part.name, part)
  }

  /** The app whose pipelines they are. */
  get app(): OpenApp {
    if (!this.#app) throw new Defect('MissingPart', { name: 'pipelines', missing: 'an app that is open' })
    return this.#app
  }

  /** The pipelines of the app as its files say, as far as they were read, by name. */
  declared(): readonly PlanPart[] {
    return [...this.#declared.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The pipeline of a name as it runs. */
  running(name: string): PlanPart | undefined {
    return this.#running.get(name) ?? this.#declared.get(name)
  }

  /**
   * Makes a pipeline of another plan and sees to it that callers notice nothing.
   *
   * @throws {Defect} InvalidPlan, also where it takes, gives or wants something else than the one that is declared
   */
  prepare(name: string, plan: Plan | LoadedPlan): PlanPart {
    const declared = this.#declared.get(name)!
    const isLoaded = 'imported' in plan
    const made = !isLoaded && planHash(plan) === declared.hash ? declared : declared.withPlan(plan)
    const problems = [...seenChanges(declared, made), ...this.#missing(made)]
    if (problems.length > 0) throw invalidPlan(name, made.locate(problems))
    return made
  }

  /** What its commands call must be in the app, or come along. */
  #missing(made: PlanPart): PlanProblem[] {
    const own = [...(made.commands ?? []), ...(made.commands ?? []).flatMap((each) => localCommands(each))]
    const brought = new Set(own.map(({ name }) => name))
    const called = new Set(own.flatMap(({ calls }) => calls.map(({ name }) => name)))
    const missing = [...called].filter((name) => !brought.has(name) && !this.app.commands.has(name))
    return missing.map((name) => ({
      about: 'name',
      path: ['steps'],
      message: `There is no command "${name}" in the app`,
    }))
  }

  /** The files of the app say something else than before: it counts once it is durable. */
  read(made: readonly PlanPart[]): void {
    this.#read = made
  }

  /** Runs what was read. Says whether there was anything. */
  takeRead(): boolean {
    const made = this.#read
    this.#read = []
    for (const part of made) {
      this.exchange(part)
      this.#declared.set(part.name, part)
    }
    return made.length > 0
  }

  /** Runs a prepared pipeline from now on. */
  exchange(made: PlanPart): void {
    const before = this.running(made.name)
    if (!before || before === made) return
    made.takeOver(this.app, before)
    this.#running.set(made.name, made)
    // What it brings along for itself, e.g. the workflow of a step.
    for (const part of made.parts ?? []) {
      if (isPlanPart(part) && !this.#declared.has(part.name)) this.#declared.set(part.name, part)
    }
  }
}

/** What callers would notice, at the places where the plan says it. */
function seenChanges(declared: PlanPart, made: PlanPart): PlanProblem[] {
  if (declared === made) return []
  const problems: PlanProblem[] = []
  const tell = (path: PlanProblem['path'], found: string) => {
    const message = `${found}: change the file and start the app anew`
    problems.push({ about: 'app', path, message, ofName: true })
  }
  for (const before of declared.seen) {
    const after = made.seen.find(({ name }) => name === before.name)
    const of = before.name === declared.name ? '' : ` of ${before.name}`
    if (!after) tell([], `callers would miss ${before.name}`)
    else
      for (const field of changedFields(before, after)) tell([pathOf[field]], `callers would see another ${field}${of}`)
  }
  for (const { name } of made.seen) {
    if (!declared.seen.some((each) => each.name === name)) tell([], `callers would not know of ${name}`)
  }
  if (!sameJson(declared.plan.on, made.plan.on)) tell(['on'], 'it answers other events')
  return problems
}

const seenFields = ['kind', 'access', 'input', 'output'] as const
const pathOf = { kind: 'steps', access: 'access', input: 'input', output: 'output' } as const

function changedFields(before: AnyCommand, after: AnyCommand) {
  const [old, now] = [describeCommand(before), describeCommand(after)]
  return seenFields.filter((field) => !sameJson(old[field], now[field]))
}

/** The live pipelines of the app in which a command runs. */
export const LivePort = port<LivePipelines>('heddle.LivePipelines', { external: false })
