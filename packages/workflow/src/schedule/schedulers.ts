import type { Scheduler } from './scheduler.ts'

const schedulers = new WeakMap<object, Scheduler>()

/** Makes a scheduler known to the units of work of its app. */
export const provideScheduler = (catalog: object, scheduler: Scheduler): void => void schedulers.set(catalog, scheduler)

/** The scheduler behind a unit of work. */
export const schedulerOf = (catalog: object): Scheduler => schedulers.get(catalog)!
