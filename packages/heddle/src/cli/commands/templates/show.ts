import type { Json, JsonSchema } from '@heddle/core'
import { typeTree } from '@heddle/serve'
import { describeTemplate } from '../../../commands/templates/describe-template.ts'
import { cliCommand } from '../../cli-command.ts'

export default cliCommand({
  name: 'templates show',
  summary: 'Tell everything about one template: what can be set, with limits and defaults.',
  example: 'heddle templates show text.Normalize',
  args: { template: { type: 'positional', summary: 'Name or alias of the template' } },
  async run({ args, app, out }) {
    const { section } = await app.callOrThrow(describeTemplate, { name: args.template })
    out.show(section as Json, linesOf(section))
  },
})

function linesOf({ name, summary, description, aliases, tags, config, examples }: Record<string, unknown>): string[] {
  const lines = [String(name)]
  if (summary) lines.push(`  ${String(summary)}`)
  if (description)
    lines.push(
      '',
      ...String(description)
        .split('\n')
        .map((line) => `  ${line}`),
    )
  for (const [title, words] of Object.entries({ aliases, tags }) as [string, readonly string[]][]) {
    if (words.length > 0) lines.push('', `${title}  ${words.join(', ')}`)
  }
  lines.push('', 'config', ...typeTree(config as JsonSchema))
  const shown = (examples as readonly Json[]).map((example) => `  ${JSON.stringify(example)}`)
  return shown.length > 0 ? [...lines, '', 'examples', ...shown] : lines
}
