import { outboxByHand } from './outbox-sqlite.ts'

/** The same program without the event. */
export const contender = outboxByHand(false)
