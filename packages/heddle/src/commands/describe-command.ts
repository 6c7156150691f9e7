import { command, compileSchema, type CommandFacts, isStream, type Schema } from '@heddle/core'
import { commandSections, findCommand } from '@heddle/serve'
import { drawMachine, machineOf, mermaidOf } from '@heddle/workflow'
import { z } from 'zod'
import { declaredIn } from './declared.ts'
import { SubjectPort } from './subject.ts'

const coverage = z.object({
  compiled: z.int().describe('Nodes of the type that generated code checks'),
  total: z.int(),
  fallbacks: z.array(z.object({ path: z.string(), kind: z.string() })).describe('What Zod itself checks'),
})

/** Tells everything about one command: its section of the manifest, and how much of its types is compiled. */
export const describeCommand = command('heddle.DescribeCommand', {
  kind: 'query',
  summary: 'Tell everything about one command',
  input: z.object({ name: z.string().describe('Full name, or any writing of it that fits only one') }),
  output: z.object({
    section: z.record(z.string(), z.json()).describe('As in the manifest'),
    compiled: z.record(z.string(), coverage).describe('By type: input, output, items'),
    states: z.string().optional().describe('The diagram of a state machine, as Mermaid text'),
    drawn: z.string().optional().describe('The same for a terminal'),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { name }, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    const section = findCommand(name, commandSections(app.manifest()))
    const { commands, parts } = declaredIn(app)
    const facts = commands.get(section.name)!
    const machine = parts
      .filter(({ name: own }) => own === section.name)
      .map(machineOf)
      .find(Boolean)
    const plain: Readonly<Record<string, unknown>> = { ...section }
    return {
      section: plain as Record<string, z.core.util.JSONType>,
      compiled: coveragesOf(facts),
      ...(machine && { states: mermaidOf(machine), drawn: drawMachine(machine) }),
    }
  },
})

function coveragesOf({ input, output }: CommandFacts) {
  const types = isStream(output) ? { input, items: output.item, output: output.final } : { input, output }
  return Object.fromEntries(Object.entries(types).map(([side, type]) => [side, coverageOf(type)]))
}

function coverageOf(type: Schema) {
  const { compiled, total, fallbacks } = compileSchema(type as z.core.$ZodType).coverage
  return { compiled, total, fallbacks: fallbacks.map(({ path, kind }) => ({ path, kind })) }
}
