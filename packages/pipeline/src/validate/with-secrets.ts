import type { Plan } from '../plan/plan.ts'

/**
 * Settings of a source or sink in which `{ secret: bulkToken }` stands for where the plan says that this secret is, as
 * `{ env: BULK_TOKEN }`: kinds know how to read that. What names no secret of the plan stays as it is.
 */
export function withSecrets(settings: unknown, secrets: Plan['secrets']): unknown {
  if (secrets === undefined || typeof settings !== 'object' || settings === null) return settings
  if (Array.isArray(settings)) return settings.map((part: unknown) => withSecrets(part, secrets))
  const fields = Object.entries(settings)
  const [[name, value] = []] = fields
  if (fields.length === 1 && name === 'secret' && typeof value === 'string' && Object.hasOwn(secrets, value)) {
    return { env: secrets[value]!.env }
  }
  return Object.fromEntries(fields.map(([field, part]) => [field, withSecrets(part, secrets)]))
}
