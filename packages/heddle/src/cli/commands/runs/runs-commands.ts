import awaitRun from './await.ts'
import cancel from './cancel.ts'
import explain from './explain.ts'
import exportRun from './export.ts'
import fork from './fork.ts'
import list from './list.ts'
import migrate from './migrate.ts'
import pause from './pause.ts'
import reset from './reset.ts'
import resume from './resume.ts'
import retry from './retry.ts'
import show from './show.ts'
import signal from './signal.ts'
import start from './start.ts'

/** The commands of the tool that look after runs. */
export const runsCommands = [
  list,
  show,
  explain,
  start,
  awaitRun,
  signal,
  cancel,
  pause,
  resume,
  retry,
  reset,
  fork,
  exportRun,
  migrate,
] as const
