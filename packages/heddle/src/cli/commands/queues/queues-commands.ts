import list from './list.ts'
import pause from './pause.ts'
import resume from './resume.ts'
import show from './show.ts'

/** The commands of the tool that look after queues. */
export const queuesCommands = [list, show, pause, resume] as const
