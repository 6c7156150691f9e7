import { Defect, type Part, type Port, port } from '@heddle/core'
import type { Plan } from '../plan/plan.ts'

/** The secrets of a plan by name. */
export type Secrets = Readonly<Record<string, string>>

/**
 * The port by which a pipeline gets its secrets. Its part reads them from the environment when the app is opened: no
 * plan, manifest or version ever holds one. In production a missing one stops the start; elsewhere it is missed by the
 * step that asks for it, so that the rest can be tried without.
 */
export function secretsPort(plan: Plan): Port<Secrets> {
  const name = `${plan.pipeline} secrets`
  const references = Object.entries(plan.secrets ?? {})
  const own: Port<Secrets> = port<Secrets>(name, { external: false })
  const missing = (secret: string, env: string) => {
    const reason = `the secret "${secret}" of ${plan.pipeline} is read from the variable ${env}, which is not set`
    return new Defect('InvalidConfig', { reason })
  }
  const part = (): Part => {
    let environment: Readonly<Record<string, string | undefined>> = {}
    const secrets = Object.defineProperties(
      {},
      Object.fromEntries(
        references.map(([secret, { env }]) => {
          const get = () => {
            const value = environment[env]
            if (value === undefined) throw missing(secret, env)
            return value
          }
          return [secret, { get, enumerable: true }]
        }),
      ),
    ) as Secrets
    const self: Part = {
      kind: secretsKind,
      name,
      describe: () => ({ names: references.map(([secret]) => secret) }),
      instance: part,
      simulated: () => self,
      get provides() {
        return { port: withPart, service: secrets }
      },
      open(host) {
        environment = host.environment
        if (host.mode !== 'production') return
        for (const [secret, { env }] of references) if (environment[env] === undefined) throw missing(secret, env)
      },
    }
    return self
  }
  const withPart: Port<Secrets> = { ...own, part: part() }
  return withPart
}

const secretsKind = { name: 'secrets', compare: () => [] }
