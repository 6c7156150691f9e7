import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { toJson } from '@heddle/core'
import { exitCodes } from '@heddle/serve'
import { planIn } from '../../../pipelines/plan-file.ts'
import { cliCommand } from '../../cli-command.ts'
import { writeNamedFile } from '../../write-file.ts'

export default cliCommand({
  name: 'pipeline merge',
  summary:
    'Merge two edited versions of a plan into the second file, step by step; ends with 1 where there are conflicts.',
  example: 'heddle pipeline merge base.yaml delays.yaml theirs.yaml',
  args: {
    base: { type: 'positional', summary: 'What both set out from' },
    ours: { type: 'positional', summary: 'Our version: the merged one is written here' },
    theirs: { type: 'positional', summary: 'The other version' },
  },
  async run({ args, app, out }) {
    const { cwd } = app.session.around
    const { formatConflict, formatPlan, mergePlans, parsePlan } = await import('@heddle/pipeline')
    const [base, ours, theirs] = await Promise.all([args.base, args.ours, args.theirs].map((file) => planIn(file, cwd)))
    const { plan, conflicts } = mergePlans(base!, ours!, theirs!)
    const path = resolve(cwd, args.ours)
    const parsed = parsePlan(readFileSync(path, 'utf8'), path)
    writeNamedFile(path, formatPlan(plan, parsed.source))
    const end = conflicts.length === 0 ? 'merged' : `merged, with ${conflicts.length} conflicts, in which ours stands`
    out.show(toJson({ conflicts }), [...conflicts.map(formatConflict), end])
    return conflicts.length === 0 ? undefined : exitCodes.failed.code
  },
})
