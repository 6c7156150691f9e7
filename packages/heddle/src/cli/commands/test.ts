import { toJson } from '@heddle/core'
import { exitCodes } from '@heddle/serve'
import { cliCommand } from '../cli-command.ts'

export default cliCommand({
  name: 'test',
  summary: 'Run a plan in a file over memory with cases, and print what differs; ends with 1 where something does.',
  example: 'heddle test delays.yaml --data cases.json',
  args: {
    file: { type: 'positional', summary: 'The plan, YAML or JSON' },
    data: { type: 'text', value: 'FILE', default: 'cases.json', summary: 'The cases, JSON or YAML' },
  },
  async run({ args: { file, data }, app: { session }, out }) {
    const { readCases } = await import('../../pipelines/case-file.ts')
    const { appWithPlan } = await import('../../pipelines/app-with-plan.ts')
    const { runCases } = await import('../../pipelines/run-cases.ts')
    const cases = await readCases(data, session.around.cwd)
    const { name, app, awaits } = await appWithPlan(session, file)
    const reports = []
    for await (const report of runCases(app, { name, awaits }, cases)) {
      reports.push(report)
      out.line(`${report.ok ? 'ok    ' : 'not ok'}  ${report.name}`)
      for (const difference of report.differences) out.line(`          ${difference}`)
    }
    const failed = reports.filter(({ ok }) => !ok).length
    out.show(toJson({ cases: reports, failed }), [
      `${reports.length - failed} of ${reports.length} cases are as expected`,
    ])
    return failed > 0 ? exitCodes.failed.code : undefined
  },
})
