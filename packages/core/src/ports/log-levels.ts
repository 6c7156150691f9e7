import type { Severity } from '../error/codes.ts'

/** Severities, the least one first. */
export const severities = ['debug', 'info', 'warning', 'error', 'fatal'] as const satisfies readonly Severity[]

const rank = Object.fromEntries(severities.map((severity, index) => [severity, index])) as Record<Severity, number>

/** Which log lines are written. It can change while an app runs. */
export interface LogLevels {
  /** Whether a line is written. The domain is that of the command that it is about. */
  allows(severity: Severity, domain: string | undefined): boolean
  /**
   * Sets the least severity that is written.
   *
   * @param level undefined takes the level of a domain away
   * @param domain missing for all that have no level of their own
   */
  set(level: Severity | undefined, domain?: string): void
  /** The level of all, and those of domains that have one of their own. */
  read(): { readonly level: Severity; readonly domains: Readonly<Record<string, Severity>> }
}

/** Creates levels. A domain `a.b` has the level of `a` where it has none of its own. */
export function createLogLevels(least: Severity = 'info'): LogLevels {
  let level = least
  const domains = new Map<string, Severity>()

  function levelOf(domain: string | undefined): Severity {
    for (let name = domain; name; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
      const own = domains.get(name)
      if (own) return own
    }
    return level
  }

  return {
    allows: (severity, domain) => rank[severity] >= rank[domains.size === 0 ? level : levelOf(domain)],
    set(wanted, domain) {
      if (domain === undefined) level = wanted ?? least
      else if (wanted) domains.set(domain, wanted)
      else domains.delete(domain)
    },
    read: () => ({ level, domains: Object.fromEntries([...domains].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  }
}

/** The domain that the fields of a log line tell: that of the command, its name without the last part. */
export function domainOfFields(fields: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const command = fields?.command
  return typeof command === 'string' ? command.slice(0, Math.max(0, command.lastIndexOf('.'))) : undefined
}
