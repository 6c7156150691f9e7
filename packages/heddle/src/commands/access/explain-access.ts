import { type AnyCommand, command, covers, type OpenApp, type Principal, systemFailure } from '@heddle/core'
import { AccessPrincipals, AccessRoles } from '@heddle/data'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'

const stepType = z.object({ about: z.enum(['asks for', 'principal', 'role', 'grant', 'rule']), says: z.string() })
type Step = z.infer<typeof stepType>

/** What a role gives; undefined for one that does not exist. */
interface Role {
  readonly name: string
  readonly permissions: readonly string[] | undefined
}

/** Says whether a principal may call a command, and which role gives it, or why none does. */
export const explainAccess = command('heddle.ExplainAccess', {
  kind: 'query',
  summary: 'Say whether a principal may call a command, and why',
  input: z.object({
    principal: z.string().describe('Id of a principal of this tenant; app:<name> is the app itself'),
    command: z.string().describe('Full name of a command'),
    input: z.json().optional().describe('An input, for a command whose rule looks at it'),
  }),
  output: z.object({
    verdict: z.enum(['allowed', 'denied', 'undecided']).describe('undecided: a rule decides, and no input was given'),
    steps: z.array(stepType),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort, AccessPrincipals, AccessRoles],
  async run({ input, ctx }) {
    const { running } = ctx.use(SubjectPort)
    const asked = running?.commands.get(input.command)
    if (!running || !asked) throw systemFailure('UnknownCommand', { name: input.command }, { path: ['command'] })
    if (input.principal === running.self().id) return explainApp(running, asked, input.input, ctx.tenant)
    const record = await ctx.use(AccessPrincipals).get(input.principal)
    const found = await ctx.use(AccessRoles).getMany(record?.roles ?? [])
    const roles = (record?.roles ?? []).map((name, at): Role => ({ name, permissions: found[at]?.permissions }))

    const steps: Step[] = [{ about: 'asks for', says: askedFor(asked) }]
    const tell = (about: Step['about'], says: string) => void steps.push({ about, says })
    if (asked.access === 'public') return { verdict: 'allowed' as const, steps }
    if (!record) tell('principal', `${input.principal} is unknown in the tenant ${ctx.tenant}`)
    else tell('principal', `${record.id} (${record.kind}) in ${ctx.tenant}${record.disabled ? ', disabled' : ''}`)
    if (!record || record.disabled || asked.access === undefined) return { verdict: 'denied' as const, steps }

    const { access } = asked
    if (typeof access === 'string') {
      const given = tellRoles(access, roles, tell)
      return { verdict: given ? ('allowed' as const) : ('denied' as const), steps }
    }
    const permissions = roles.flatMap((role) => role.permissions ?? [])
    const as: Principal = { id: record.id, kind: record.kind, tenant: ctx.tenant, permissions }
    const verdict = await askRule(running, asked, input.input, as, tell)
    return { verdict, steps }
  },
})

function askedFor({ access }: AnyCommand): string {
  if (access === undefined) return 'nothing that anybody has: it is closed, and only the app’s own code calls it'
  if (access === 'public') return 'nothing: it is public'
  return typeof access === 'string' ? access : 'the consent of a rule'
}

/** What the work that the app declares may do. Its own handlers need nothing: what counts is what it calls as a caller. */
async function explainApp(running: OpenApp, asked: AnyCommand, input: unknown, tenant: string) {
  const as = running.self(tenant)
  const { access } = asked
  const steps: Step[] = [{ about: 'asks for', says: askedFor(asked) }]
  const tell = (about: Step['about'], says: string) => void steps.push({ about, says })
  if (access === 'public') return { verdict: 'allowed' as const, steps }
  tell('principal', `${as.id} (the app itself) in ${tenant}`)
  if (access === undefined) return { verdict: 'denied' as const, steps }
  if (typeof access !== 'string') return { verdict: await askRule(running, asked, input, as, tell), steps }
  const by = as.permissions.find((held) => covers(held, access))
  if (by !== undefined) tell('grant', by === access ? `the app is granted ${by}` : `${by} gives ${access}`)
  else tell('grant', `no grant gives it: ${as.permissions.join(', ') || 'there is none'}`)
  return { verdict: by === undefined ? ('denied' as const) : ('allowed' as const), steps }
}

function tellRoles(access: string, roles: readonly Role[], tell: (about: 'role', says: string) => void): boolean {
  let given = false
  if (roles.length === 0) tell('role', 'it has none')
  for (const { name, permissions } of roles) {
    const by = permissions?.find((held) => covers(held, access))
    given ||= by !== undefined
    if (!permissions) tell('role', `${name} does not exist and gives nothing`)
    else if (by === undefined) tell('role', `${name} does not give it: ${permissions.join(', ') || 'it is empty'}`)
    else tell('role', by === access ? `${name} gives ${access}` : `${name} gives ${access} by ${by}`)
  }
  return given
}

async function askRule(
  running: OpenApp,
  { name }: AnyCommand,
  input: unknown,
  as: Principal,
  tell: (about: 'rule', says: string) => void,
): Promise<'allowed' | 'denied' | 'undecided'> {
  if (input === undefined) {
    tell('rule', 'it decides by the input: give one')
    return 'undecided'
  }
  const outcome = await running.mayCall(name, input, { as, tenant: as.tenant, from: 'json' })
  if (outcome.ok) {
    tell('rule', 'it agrees')
    return 'allowed'
  }
  for (const { message, path } of outcome.errors)
    tell('rule', path.length > 0 ? `${path.join('/')}: ${message}` : message)
  return outcome.errors.some(({ category }) => category === 'auth') ? 'denied' : 'undecided'
}
