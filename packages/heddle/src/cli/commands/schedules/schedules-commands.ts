import backfill from './backfill.ts'
import list from './list.ts'
import next from './next.ts'
import pause from './pause.ts'
import remove from './remove.ts'
import resume from './resume.ts'

/** The commands of the tool that look after schedules. */
export const schedulesCommands = [list, next, pause, resume, backfill, remove] as const
