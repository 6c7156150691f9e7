import { type App, app } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import type { Session } from '../cli/session.ts'
import { isPipeline, namesOf, readPlanFile, withoutWorkflows } from './plan-file.ts'

/**
 * The app with the pipeline of a file, in the place of the one of that name that it may have, and of what runs that one.
 *
 * @throws {Failure} InvalidUsage, with every mistake of the file
 */
export async function appWithPlan(
  session: Session,
  file: string,
): Promise<{ name: string; app: App; awaits: string | undefined }> {
  const { formatProblem, pipeline } = await import('@heddle/pipeline')
  const names = await namesOf(session)
  const { loaded, problems, isWorkflow, isJob } = await readPlanFile(file, session.around.cwd, names)
  if (!loaded || problems.length > 0) {
    throw usageFailure(`${file} cannot run:${problems.map((problem) => `\n  ${formatProblem(problem)}`).join('')}`)
  }
  const { pipeline: name } = loaded.plan
  if (isJob) {
    throw usageFailure(
      `${name} is a job, which reads for as long as its app is up: list it in the app with job(), and look at it with heddle jobs show ${name}`,
    )
  }
  const isOther = (given: { readonly name?: unknown }) => given.name !== name
  const commands = names.commands?.filter(isOther)
  const pipelines = names.pipelines?.filter(isOther)
  const made = isWorkflow
    ? (await import('@heddle/workflow')).planWorkflow(loaded, { ...names, commands, pipelines })
    : pipeline(loaded, withoutWorkflows({ ...names, commands, pipelines }))
  const declared = await session.app()
  const parts = declared.definition.parts.flatMap((item) => withoutPipeline(item, name))
  return {
    name,
    app: app(declared.name, { ...declared.definition, parts: [...parts, made] }),
    awaits: 'ways' in made ? made.ways.awaits.name : undefined,
  }
}

type Item = App['definition']['parts'][number]

/**
 * A part, command or module of an app without the pipeline of a name, and without what brings it along, e.g. a workflow that
 * runs it: that one would bring the old one.
 */
function withoutPipeline(item: Item, name: string): Item[] {
  if ('kind' in item) return brings(item, name) ? [] : [item]
  const kept = Object.entries(item).filter(([, member]) => !isItem(member) || !brings(member, name))
  return [Object.fromEntries(kept)]
}

const isItem = (member: unknown): member is Item => typeof member === 'object' && member !== null && 'kind' in member

function brings(item: Item, name: string): boolean {
  const { commands, parts } = app('part', { parts: [item] }).parts()
  return commands.has(name) || parts.some((part) => part.name === name && isPipeline(part))
}
