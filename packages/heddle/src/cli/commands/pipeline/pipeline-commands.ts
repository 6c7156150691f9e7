import diff from './diff.ts'
import list from './list.ts'
import merge from './merge.ts'
import pause from './pause.ts'
import reload from './reload.ts'
import resume from './resume.ts'
import rollback from './rollback.ts'
import run from './run.ts'
import show from './show.ts'
import tag from './tag.ts'
import validate from './validate.ts'

/** The commands of the tool for pipelines. */
export const pipelineCommands = [list, show, validate, run, diff, merge, tag, rollback, reload, pause, resume] as const
