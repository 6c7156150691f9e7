import { outbox } from './outbox-heddle.ts'

/** The same command without its event. */
export const contender = outbox(false)
