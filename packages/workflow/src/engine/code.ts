import type { OpenApp } from '@heddle/core'
import type { Database } from '@heddle/data'
import { olderCode, plansIn } from '../change/older-code.ts'
import { type History, replayRun } from '../change/fit.ts'
import type { AnyWorkflow, WorkflowFacts } from '../define/types.ts'
import { isMarkedCommand } from '../job/marked.ts'
import type { Run, StoredRun } from '../run/run.ts'
import { RunStore } from '../run/run-store.ts'

/** The code that an app has for its runs. */
export class Code {
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  readonly #app: OpenApp
  readonly #store: RunStore
  /** Plans that some runs still go by, by workflow and version. */
  readonly #older = new Map<string, WorkflowFacts>()
  /** Code that another has taken the place of while the app runs. */
  readonly #outgoing = new WeakSet<WorkflowFacts>()

  constructor(app: OpenApp, workflows: ReadonlyMap<string, AnyWorkflow>, database: Database) {
    this.#app = app
    this.workflows = workflows
    this.#store = new RunStore(database, app.ports)
  }

  /** Whether runs of a workflow, or of the command of a job, are encrypted where they are kept. */
  isMarked(name: string): boolean {
    const workflow = this.workflows.get(name)
    if (workflow) return workflow.facts.isMarked
    const command = this.#app.commands.get(name)
    return command !== undefined && isMarkedCommand(command)
  }

  /** What a workflow's code is for a run: that of its version, or the newest. */
  factsFor({ workflow, version }: Run): WorkflowFacts | undefined {
    const found = this.workflows.get(workflow)
    if (!found) return undefined
    const older = found.facts.versions.find(({ facts }) => facts.version === version)
    return (older ?? found).facts
  }

  /**
   * The code that a run goes on with. Where the newest does not fit it, or does not take what it was sent, that is the plan
   * that it began with, if it is kept.
   */
  async fitting(history: History): Promise<WorkflowFacts | undefined> {
    const { run } = history.stored
    const facts = this.factsFor(run)
    if (!facts || !this.#mayKeep(run, facts)) return facts
    const isFit = await this.#fits(facts, history)
    const missed = isFit ? await this.#missed(facts, history.stored) : []
    if (isFit && missed.length === 0) return facts
    const kept = await this.#kept(this.workflows.get(run.workflow)!, run.version)
    return kept && missed.every((name) => Object.hasOwn(kept.signals, name)) ? kept : facts
  }

  /** The same of a run whose journal is not at hand. */
  async goesOnWith(stored: StoredRun): Promise<WorkflowFacts | undefined> {
    const facts = this.factsFor(stored.run)
    if (!facts || !this.#mayKeep(stored.run, facts)) return facts
    const { entries } = await this.#store.journal(stored.tenant, stored.run.id)
    return this.fitting({ stored, entries })
  }

  /** Whether the plan that a run began with is another one, and may be kept. */
  #mayKeep({ workflow, version }: Run, facts: WorkflowFacts): boolean {
    return facts.version !== version && this.workflows.get(workflow)?.older !== undefined
  }

  async #fits(facts: WorkflowFacts, history: History): Promise<boolean> {
    if (history.entries.length === 0) return true
    const stored = await this.#store.openInput(history.stored)
    return (await replayRun(facts, { ...history, stored }, this.#app.ports)).ok
  }

  /** The signals that a run was sent and that code does not ask for. Whoever sent them was told that the run has them. */
  async #missed({ signals }: WorkflowFacts, { tenant, run }: StoredRun): Promise<string[]> {
    if (!run.facts.signals) return []
    const sent = await this.#store.signals(tenant, run.id)
    return sent.map(({ name }) => name).filter((name) => !Object.hasOwn(signals, name))
  }

  async #kept(workflow: AnyWorkflow, version: string): Promise<WorkflowFacts | undefined> {
    const key = `${workflow.name}@${version}`
    const known = this.#older.get(key)
    if (known) return known
    const made = await olderCode(workflow, version, plansIn(this.#store.database))
    if (!made) return undefined
    // Its steps go by the names of newer ones, and are others all the same.
    this.#app.keep(made.steps.filter(({ madeFrom }) => madeFrom))
    this.#older.set(key, made)
    return made
  }

  /** Another has taken its place. */
  retire(facts: WorkflowFacts, next: WorkflowFacts): void {
    this.#outgoing.add(facts)
    this.#outgoing.delete(next)
  }

  /** Whether another has taken its place since a run was taken up. */
  isOutgoing(facts: WorkflowFacts): boolean {
    return this.#outgoing.has(facts)
  }

  /** The types of what a run ends with: those of its workflow, or of the command of a job. */
  typesOf(name: string) {
    return this.workflows.get(name)?.facts ?? this.#app.commands.get(name)
  }
}
