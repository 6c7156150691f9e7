import type { InputFor } from '@heddle/core'
import { exitCodes, usageFailure } from '@heddle/serve'
import { explainAccess } from '../../../commands/access/explain-access.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

const verdicts = { allowed: 'may call', denied: 'may not call', undecided: 'may perhaps call' } as const

interface Explained {
  readonly verdict: keyof typeof verdicts
  readonly steps: readonly { readonly about: string; readonly says: string }[]
}

export default cliCommand({
  name: 'access explain',
  summary: 'Say whether a principal may call a command, and which role gives it, or why none does.',
  example: 'heddle access explain ward-7 clinic.PlanVisit',
  args: {
    principal: { type: 'positional', summary: 'Id of the principal' },
    command: { type: 'positional', summary: 'Full name of the command' },
    input: { type: 'text', value: 'JSON', summary: 'An input, for a command whose rule looks at it' },
    tenant: tenantArgument,
  },
  run({ args: { principal, command, input: text, tenant }, app, out }) {
    const input = { principal, command, input: text === undefined ? undefined : parse(text) }
    return operate({ app, out }, { command: explainAccess, input, tenant }, (value) => {
      const { verdict, steps } = value as unknown as Explained
      const lines = steps.map(({ about, says }) => `  ${about.padEnd(9)}  ${says}`)
      out.show(value, [`${verdict.padEnd(9)} ${principal} ${verdicts[verdict]} ${command}`, ...lines])
      return verdict === 'denied' ? exitCodes.denied.code : undefined
    })
  },
})

type InputOfExplain = InputFor<typeof explainAccess>['input']

function parse(text: string): InputOfExplain {
  try {
    return JSON.parse(text) as InputOfExplain
  } catch (cause) {
    throw usageFailure(`--input is no JSON: ${(cause as Error).message}`)
  }
}
