import { requirementForm } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import { z } from 'zod'
import { listRequirements, type RequirementPlace } from '../../../commands/list-requirements.ts'
import { readDataFile } from '../../../config/data-file.ts'
import { cliCommand } from '../../cli-command.ts'

const id = z.string().regex(requirementForm)
const expectation = z.union([z.array(id), z.record(id, z.string().nullable())])

export default cliCommand({
  name: 'requirements list',
  summary: 'List requirements with what meets each; ends with 1 where an expected one has nothing, or one is unknown.',
  example: 'heddle requirements list --expected requirements.yaml',
  args: {
    expected: {
      type: 'text',
      value: 'FILE',
      summary: 'The ids that there are: a list of them, or each with what it asks for, in YAML or JSON',
    },
  },
  async run({ args: { expected: file }, app, out }) {
    const expected = file === undefined ? undefined : await readExpected(file, app.session.around.cwd)
    const found = await app.callOrThrow(listRequirements, { expected })
    const { requirements, missing, unknown } = found
    const rows = requirements.map(({ id: requirement, summary, metBy }) => ({
      id: requirement,
      ...(expected && { summary }),
      'met by': metBy.map(shown).join(', ') || 'nothing',
    }))
    out.show(found, [
      ...(rows.length === 0 ? ['nothing names a requirement'] : out.table(rows)),
      ...(missing.length === 0 ? [] : ['', `nothing meets ${missing.join(', ')}`]),
      ...(unknown.length === 0 ? [] : ['', `${file} does not know ${unknown.join(', ')}`]),
    ])
    return missing.length + unknown.length === 0 ? 0 : 1
  },
})

const shown = ({ kind, name, step }: RequirementPlace) =>
  kind === 'step' ? `step ${step} of ${name}` : kind === 'event' ? `event ${name}` : name

/** @throws {Failure} InvalidUsage */
async function readExpected(file: string, cwd: string): Promise<Record<string, string>> {
  const read = expectation.safeParse(await readDataFile(file, cwd))
  if (!read.success)
    throw usageFailure(`${file} holds no ids of requirements: a list of them, or FR-12: what it asks for`)
  const { data } = read
  return Array.isArray(data)
    ? Object.fromEntries(data.map((each) => [each, '']))
    : Object.fromEntries(Object.entries(data).map(([each, summary]) => [each, summary ?? '']))
}
