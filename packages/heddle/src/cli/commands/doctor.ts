import { exitCodes } from '@heddle/serve'
import { doctor } from '../../commands/doctor/doctor.ts'
import { cliCommand } from '../cli-command.ts'

export default cliCommand({
  name: 'doctor',
  summary: 'Look for what keeps the app from running well, and say what to do.',
  example: 'heddle doctor --json',
  args: {},
  async run({ app, out }) {
    const found = await app.callOrThrow(doctor, {})
    const lines = found.findings.flatMap(({ name, status, detail, advice }) => [
      `${status.padEnd(4)}  ${name.padEnd(11)}  ${detail}`,
      ...(advice === undefined ? [] : [`${' '.repeat(19)}${advice}`]),
    ])
    out.show(found, lines)
    return found.healthy ? undefined : exitCodes.setUp.code
  },
})
