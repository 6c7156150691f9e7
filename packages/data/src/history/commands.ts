import { listCalls } from './commands/list-calls.ts'
import { revealCall } from './commands/reveal-call.ts'
import { showCall } from './commands/show-call.ts'

/** The commands of the domain `heddle` that look into the history of calls. */
export const historyCommands = { listCalls, showCall, revealCall }
