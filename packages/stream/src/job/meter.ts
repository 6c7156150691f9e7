import type { Cancel, Timers } from '@heddle/core'
import type { PlacedTask } from './placed-task.ts'

/** How often rates are measured (limit `job.meter`). */
const everyMs = 1000

/** Measures how many records each part of a task takes a second. */
export class Meter {
  readonly #timers: Timers
  readonly #task: () => PlacedTask | undefined
  #before = new Map<string, number>()
  #of: PlacedTask | undefined
  #rates = new Map<string, number>()
  #cancel: Cancel = () => {}

  constructor(timers: Timers, task: () => PlacedTask | undefined) {
    this.#timers = timers
    this.#task = task
    this.#measureLater()
  }

  /** Records a second, over the last second. @param name e.g. `step perAirport` */
  rate(name: string): number {
    return this.#rates.get(name) ?? 0
  }

  stop(): void {
    this.#cancel()
  }

  #measureLater(): void {
    this.#cancel = this.#timers.after(
      everyMs,
      () => {
        this.#measure()
        this.#measureLater()
      },
      { background: true },
    )
  }

  #measure(): void {
    const task = this.#task()
    const counts = new Map<string, number>()
    if (task) {
      const { sources, steps, sinks } = task.report
      for (const { name, received } of sources) counts.set(`source ${name}`, received)
      for (const { step, received } of steps) counts.set(`step ${step}`, received)
      for (const { name, received } of sinks) counts.set(`sink ${name}`, received)
    }
    const isSame = task !== undefined && task === this.#of
    this.#rates = new Map(
      [...counts].map(([name, count]) => [
        name,
        isSame ? ((count - (this.#before.get(name) ?? 0)) * 1000) / everyMs : 0,
      ]),
    )
    this.#before = counts
    this.#of = task
  }
}
