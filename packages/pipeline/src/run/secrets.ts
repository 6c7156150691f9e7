import { Defect, type Part, type Port, port } from '@heddle/core'
import type { Plan } from '../plan/plan.ts'

/** The secrets of a plan by name. */
export type Secrets = Readonly<Record<string, string>>

/**
 * The port by which a pipeline gets its secrets. Its part reads them from the environment when the app is opened: no
 * plan, manifest or version ever holds one.
 */
export function secretsPort(plan: Plan): Port<Secrets> {
  const name = `${plan.pipeline} secrets`
  const own: Port<Secrets> = port<Secrets>(name, { external: false })
  const part = (): Part => {
    const secrets: Record<string, string> = {}
    return {
      kind: secretsKind,
      name,
      describe: () => ({ names: Object.keys(plan.secrets ?? {}) }),
      instance: part,
      simulated: part,
      get provides() {
        return { port: withPart, service: secrets }
      },
      open({ environment }) {
        for (const [secret, { env }] of Object.entries(plan.secrets ?? {})) {
          const value = environment[env]
          if (value === undefined) {
            const reason = `the secret "${secret}" of ${plan.pipeline} is read from the variable ${env}, which is not set`
            throw new Defect('InvalidConfig', { reason })
          }
          secrets[secret] = value
        }
      },
    }
  }
  const withPart: Port<Secrets> = { ...own, part: part() }
  return withPart
}

const secretsKind = { name: 'secrets', compare: () => [] }
