import { resolve } from 'node:path'
import { toJson } from '@heddle/core'
import { namesOf, withoutWorkflows } from '../../../pipelines/plan-file.ts'
import { cliCommand } from '../../cli-command.ts'
import { writeNamedFile } from '../../write-file.ts'
import { findPlan, shortHash } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline show',
  summary: 'Show the steps of a pipeline or of a plan in a file, and the versions that ran.',
  example: 'heddle pipeline show flights.Delays --svg delays.svg',
  args: {
    pipeline: { type: 'positional', summary: 'Full name of a pipeline, or a file' },
    version: { type: 'text', value: 'VERSION', summary: 'A tag, a hash or its beginning, or declared [current]' },
    svg: { type: 'text', value: 'FILE', summary: 'Draw it into this file' },
    text: { type: 'boolean', summary: 'Print the plan itself, as YAML' },
    explain: { type: 'boolean', summary: 'Say what is done to it so that it runs faster' },
  },
  async run({ args: { pipeline, version, svg, text, explain }, app, out }) {
    const found = await findPlan({ app, out }, pipeline, version)
    if (!('shown' in found)) return found.code
    const { shown } = found
    const { checkPlan, drawSvg, drawText, explainPlan, explainStreams, formatPlan, maskedPlan, modeOf, ...pipelines } =
      await import('@heddle/pipeline')
    const { optimizePlan, planHash, readOrigin, sourcesOf } = pipelines
    const { versions = [] } = shown
    const plan = maskedPlan(shown.plan)
    const lines = text === true ? formatPlan(plan).trimEnd().split('\n') : [...drawText(plan)]
    const mode = modeOf(plan, () => undefined)
    if (explain === true && mode === 'workflow') {
      lines.push('', 'a workflow runs as it is written')
    } else if (explain === true) {
      const sources = sourcesOf(plan, readOrigin(plan), withoutWorkflows(await namesOf(app.session)))
      const { job } = mode === 'job' ? checkPlan(plan, sources) : {}
      if (job) lines.push('', ...explainStreams(job))
      else lines.push('', ...explainPlan(optimizePlan(plan, sources)))
    }
    if (svg !== undefined) {
      writeNamedFile(resolve(app.session.around.cwd, svg), await drawSvg(plan))
      lines.push('', `drawn into ${svg}`)
    }
    const history = versions.map(({ hash, at, tags }) => {
      const is = [hash === shown.current && 'runs', hash === shown.declared && 'declared', ...tags]
      return `${shortHash(hash)}  ${at}  ${is.filter((word) => typeof word === 'string').join(', ')}`.trimEnd()
    })
    const hash = shown.hash ?? planHash(shown.plan)
    const head = `${plan.pipeline}  ${shortHash(hash)}`
    out.show(toJson({ ...shown, plan, hash }), [
      ...(text === true ? [] : [head]),
      ...lines,
      ...(history.length > 0 && text !== true ? ['', ...history] : []),
    ])
    return undefined
  },
})
