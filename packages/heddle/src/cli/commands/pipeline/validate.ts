import { relative } from 'node:path'
import { Defect, Failure, toJson } from '@heddle/core'
import type { LocatedProblem } from '@heddle/pipeline'
import { exitCodes } from '@heddle/serve'
import type { Job } from '@heddle/stream'
import type { PlanWorkflowOptions } from '@heddle/workflow'
import { jobsOf, namesOf, readPlanFile } from '../../../pipelines/plan-file.ts'
import { cliCommand } from '../../cli-command.ts'
import type { Session } from '../../session.ts'

export default cliCommand({
  name: 'pipeline validate',
  summary: 'Check a plan in a file: every mistake with file, line and column; ends with 65 where there is one.',
  example: 'heddle pipeline validate delays.yaml --json',
  args: { file: { type: 'positional', summary: 'The file, YAML or JSON' } },
  async run({ args: { file }, app: { session }, out }) {
    const { formatProblem } = await import('@heddle/pipeline')
    const { cwd } = session.around
    const { names, jobs, because, told = [] } = await namesHere(session)
    const { file: shown, loaded, problems: found, notes = [] } = await readPlanFile(file, cwd, names, jobs)
    // What the app said while it was loaded was found with the meaning of names.
    const isFound = (other: LocatedProblem) => found.some((one) => placeOf(one) === placeOf(other))
    const here = told.map((problem) => ({ ...problem, file: relative(cwd, problem.file) }))
    const problems = [...found, ...here.filter((problem) => problem.file === shown && !isFound(problem))]
    const isValid = problems.length === 0
    const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
    const known = because === undefined ? '' : `; its names were taken as they are, because ${because}`
    const end = isValid ? `${loaded!.plan.pipeline} is sound${known}` : `${count}${known}`
    out.show(toJson({ file: shown, valid: isValid, checkedNames: names !== undefined, problems, notes }), [
      ...problems.map(formatProblem),
      ...(isValid ? notes.map((note) => `${formatProblem(note)} (a note, no mistake)`) : []),
      end,
    ])
    return isValid ? undefined : exitCodes.input.code
  },
})

/** What names mean in the app, or why that is not known. */
async function namesHere(session: Session): Promise<{
  names?: PlanWorkflowOptions
  jobs?: readonly Job[]
  because?: string
  told?: readonly LocatedProblem[]
}> {
  try {
    return { names: await namesOf(session), jobs: await jobsOf(session) }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    if (session.values.app === undefined && !hasApp(session)) return { because: 'there is no app here' }
    const { cause } = thrown
    if (!(cause instanceof Defect && cause.code === 'InvalidPlan')) return { because: thrown.message }
    const { name, problems } = cause.data as { name: string; problems: string }
    return { because: `the app cannot be loaded with its pipeline ${name}`, told: problemsIn(problems) }
  }
}

const placeOf = ({ line, column }: LocatedProblem) => `${line}:${column}`

/** The mistakes that a defect lists, a line each. */
function problemsIn(text: string): LocatedProblem[] {
  return [...text.matchAll(/^\s*(.+?):(\d+):(\d+) (.*)$/gm)].map(([, file, line, column, message]) => ({
    about: 'name',
    path: [],
    file: file!,
    line: Number(line),
    column: Number(column),
    message: message!,
  }))
}

function hasApp(session: Session): boolean {
  try {
    return session.file !== ''
  } catch {
    return false
  }
}
