import drop from './drop.ts'
import explain from './explain.ts'
import list from './list.ts'
import pause from './pause.ts'
import reset from './reset.ts'
import restore from './restore.ts'
import resume from './resume.ts'
import show from './show.ts'

/** The commands of the tool that look after jobs. */
export const jobsCommands = [list, show, explain, pause, resume, restore, reset, drop] as const
