import { type AnyCommand, Defect, describeCommand, type OpenApp, port } from '@heddle/core'
import { sameJson } from '../diff/value-changes.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan } from '../plan/plan.ts'
import type { Pipeline } from '../run/pipeline.ts'

/** Which plans the pipelines of an open app run, and how others are put in their place. */
export class LivePipelines {
  #app: OpenApp | undefined
  readonly #running = new Map<string, Pipeline>()

  open(app: OpenApp): void {
    this.#app = app
  }

  /** The pipelines of the app as they are declared, by name. */
  declared(): readonly Pipeline[] {
    return (this.#app?.parts.filter(isPipeline) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The pipeline of a name as it runs. */
  running(name: string): Pipeline | undefined {
    return this.#running.get(name) ?? this.declared().find((pipeline) => pipeline.name === name)
  }

  /**
   * Makes a pipeline of a stored plan and sees to it that callers notice nothing.
   *
   * @throws {Defect} InvalidPlan, also where it takes, gives or wants something else than the one that is declared
   */
  prepare(name: string, plan: Plan): Pipeline {
    const declared = this.declared().find((pipeline) => pipeline.name === name)!
    const made = planHash(plan) === declared.hash ? declared : declared.withPlan(plan)
    const differs = seenFields.filter((field) => !sameJson(seen(made.command)[field], seen(declared.command)[field]))
    const isSame = (one: Plan, other: Plan) => sameJson(one.on, other.on)
    if (differs.length === 0 && isSame(made.plan, declared.plan)) return made
    if (differs.length === 0) {
      throw new Defect('InvalidPlan', {
        name,
        problems: '\n  it answers other events: change the file and start the app anew',
      })
    }
    const problems = `\n  callers would see another ${differs.join(', ')}: change the file and start the app anew`
    throw new Defect('InvalidPlan', { name, problems })
  }

  /** Runs a prepared pipeline from now on. */
  exchange(made: Pipeline): void {
    const before = this.running(made.name)
    if (!this.#app || before?.hash === made.hash) return
    this.#app.exchange([made.command])
    this.#running.set(made.name, made)
  }
}

const seenFields = ['kind', 'access', 'input', 'output'] as const

const seen = (command: AnyCommand) => describeCommand(command)

const isPipeline = (part: { readonly kind: { readonly name: string } }): part is Pipeline =>
  part.kind.name === 'pipeline' && 'withPlan' in part

/** The live pipelines of the app in which a command runs. */
export const LivePort = port<LivePipelines>('heddle.LivePipelines', { external: false })
