import { resolve } from 'node:path'
import { cliCommand } from '../../cli-command.ts'
import { writeNamedFile } from '../../write-file.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs export',
  summary: 'Write what a run has recorded into a file that tests replay; what is marked is masked.',
  example: 'heddle runs export 0199f2c4-… --out histories/refunded.json',
  args: {
    ...runArguments,
    out: { type: 'text', value: 'FILE', summary: 'Where it is written to [the terminal]' },
  },
  async run({ args: { run, tenant, out: file }, app, out }) {
    let text = ''
    const code = await operateRuns({ app, out }, { name: 'heddle.ExportRun', input: { run }, tenant }, (value) => {
      text = `${JSON.stringify(value, undefined, 2)}\n`
      if (file === undefined) out.show(value, [text.trimEnd()])
    })
    if (file === undefined || text === '') return code
    writeNamedFile(resolve(app.session.around.cwd, file), text)
    out.show({ run, file }, [`${run} is in ${file}`])
    return code
  },
})
