import type { CommandSection, Json } from '@heddle/core'
import { callOptions, exampleCall } from '@heddle/serve'
import { describeCommand } from '../../commands/describe-command.ts'
import { describeLines } from '../describe-lines.ts'
import { cliCommand } from '../cli-command.ts'
import { toolOptions } from '../tool-options.ts'

export default cliCommand({
  name: 'describe',
  summary: 'Tell everything about one command: types, limits, errors, what it calls.',
  example: 'heddle describe flights.FindFlights',
  args: { command: { type: 'positional', summary: 'Name of the command' } },
  async run({ args, app, out }) {
    const found = await app.callOrThrow(describeCommand, { name: args.command })
    const section = found.section as unknown as CommandSection
    const example = exampleCall(section, { ...callOptions, ...toolOptions }, 'heddle call')
    const states = found.drawn === undefined ? [] : ['', 'states', ...found.drawn.trimEnd().split('\n')]
    out.show(found as Json, [...describeLines(section, found.compiled, example), ...states])
  },
})
