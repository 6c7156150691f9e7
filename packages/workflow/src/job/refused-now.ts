import { type AnyCommand, castInput, holds, type OpenApp, type Principal } from '@heddle/core'
import type { StoredRun } from '../run/run.ts'

/**
 * Why whoever asked for a job from outside may not have it called any more; undefined while they may. Of somebody without a
 * record nobody knows what he may now: whoever signed him in vouched for him when he asked.
 */
export async function refusedNow(
  app: OpenApp,
  { tenant, run }: StoredRun,
  command: AnyCommand,
  principal: Principal | undefined,
): Promise<string | undefined> {
  const { asked, isUnlisted } = run.facts
  if (asked === undefined || isUnlisted) return undefined
  const way = app.commands.get(asked)
  const { access } = way ?? command
  if (access === 'public') return undefined
  if (typeof access === 'string') {
    return principal && holds(principal, access) ? undefined : `Denied: it needs the permission ${access}`
  }
  if (access === undefined) return `Denied: ${(way ?? command).name} is closed`
  const input = castInput(command.input, run.input, 'json')
  const asks = { as: principal ?? null, tenant }
  const outcome = await app.mayCall((way ?? command).name, way ? { input } : input, asks)
  const error = outcome.ok ? undefined : outcome.errors[0]
  // What else is wrong with the call is for the call itself to tell.
  return error?.category === 'auth' ? `${error.code}: ${error.message}` : undefined
}
