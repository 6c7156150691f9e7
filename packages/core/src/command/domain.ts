import type { Part, PartKind } from '../app/part.ts'
import type { Hook } from '../call/hooks.ts'

/** A named group of commands, entities and types. */
export interface Domain extends Part {
  readonly hooks: readonly Hook[]
  readonly dependsOn: readonly string[]
}

/** How domains are compared: what is in them is compared by itself. */
const domainKind: PartKind = { name: 'domain', compare: () => [] }

/**
 * Says what holds for a whole domain. Optional: a domain without it depends on those that its commands call.
 *
 * @example export const bank = domain('bank', { summary: 'Accounts and transfers', dependsOn: [customers] })
 */
export function domain(
  name: string,
  options: { summary?: string; dependsOn?: readonly Domain[]; hooks?: readonly Hook[] } = {},
): Domain {
  const dependsOn = (options.dependsOn ?? []).map((other) => other.name)
  return {
    kind: domainKind,
    name,
    hooks: options.hooks ?? [],
    dependsOn,
    describe: () => ({ name, summary: options.summary, dependsOn }),
  }
}

/** Whether a part is a domain. */
export const isDomain = (part: Part): part is Domain => part.kind === domainKind
