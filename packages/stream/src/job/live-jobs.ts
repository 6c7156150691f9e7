import { type OpenApp, port, type Timers } from '@heddle/core'
import type { LiveView } from '../sink/view/live-view.ts'
import { viewIn, viewName } from '../sink/view/view-part.ts'
import { isJobInstance, type JobInstance } from './job-instance.ts'

/** What is said among processes when dead letters wait for jobs. */
export const letterTopic = 'heddle.letters'

/** The jobs of an open app. */
export class LiveJobs {
  #jobs: readonly JobInstance[] = []
  #app: OpenApp | undefined

  open(app: OpenApp): void {
    this.#jobs = app.parts.filter(isJobInstance)
    this.#app = app
  }

  /** The timers of the app. */
  get timers(): Timers {
    return this.#app!.ports.timers
  }

  /** By name, in the order of names. */
  all(): readonly JobInstance[] {
    return this.#jobs.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  }

  find(name: string): JobInstance | undefined {
    return this.#jobs.find((job) => job.name === name)
  }

  /** The live views that a job fills, by the names of its sinks. */
  viewsOf(name: string): ReadonlyMap<string, LiveView> {
    const sinks = this.find(name)?.job.assembled.sinks ?? []
    return new Map(
      sinks.flatMap(({ name: of, sink }) => {
        if (sink.kind !== 'view') return []
        const described = sink.describe() as { readonly name: string }
        const view = viewIn(this.#app!, viewName(name, described.name))
        return view ? [[of, view] as const] : []
      }),
    )
  }

  /** Dead letters may wait to be taken again. */
  replay(): void {
    for (const job of this.#jobs) job.life?.replay()
  }

  /** Something about a job, or about any, was changed elsewhere. */
  poke(name?: string): void {
    for (const job of this.#jobs) if (name === undefined || name === '' || job.name === name) job.life?.poke()
  }
}

/** The jobs of the app in which a command runs. */
export const JobsPort = port<LiveJobs>('heddle.Jobs', { external: false })
