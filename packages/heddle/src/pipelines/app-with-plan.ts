import { type App, app } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import type { Session } from '../cli/session.ts'
import { namesOf, readPlanFile, withoutWorkflows } from './plan-file.ts'

/**
 * The app with the pipeline of a file, in the place of the one of that name that it may have.
 *
 * @throws {Failure} InvalidUsage, with every mistake of the file
 */
export async function appWithPlan(
  session: Session,
  file: string,
): Promise<{ name: string; app: App; awaits: string | undefined }> {
  const { formatProblem, pipeline } = await import('@heddle/pipeline')
  const names = await namesOf(session)
  const { loaded, problems, isWorkflow } = await readPlanFile(file, session.around.cwd, names)
  if (!loaded || problems.length > 0) {
    throw usageFailure(`${file} cannot run:${problems.map((problem) => `\n  ${formatProblem(problem)}`).join('')}`)
  }
  const { pipeline: name } = loaded.plan
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

/** A part, command or module of an app without the pipeline of a name. */
function withoutPipeline(item: Item, name: string): Item[] {
  if ('name' in item && item.name === name) return []
  if ('kind' in item) return [item]
  const kept = Object.entries(item).filter(
    ([, member]) => (member as { readonly name?: unknown } | null)?.name !== name,
  )
  return [Object.fromEntries(kept)]
}
