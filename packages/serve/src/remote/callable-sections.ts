import { type CommandSection, Defect, type Manifest, systemErrors } from '@heddle/core'

/**
 * The commands of a manifest that can be called from outside, by name.
 *
 * @param only those, where they are named
 * @throws {Defect} InvalidDefinition, for a name that the manifest does not have
 */
export function callableSections(
  manifest: Manifest,
  name: string,
  only?: readonly string[],
): readonly CommandSection[] {
  const { app, parts } = manifest
  if (servesRoutesAlone(manifest)) {
    const reason = `${app} serves its commands at routes of its own alone, which are not called`
    throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
  }
  const all = (parts['command'] ?? {}) as unknown as Readonly<Record<string, CommandSection>>
  for (const wanted of only ?? []) {
    if (Object.hasOwn(all, wanted)) continue
    const reason = `the manifest of ${app} names no command ${wanted} that can be called from outside`
    throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
  }
  const wanted = only && new Set(only)
  return Object.values(all).filter((section) => (wanted ? wanted.has(section.name) : isMeant(section)))
}

/** Whether the surface that a manifest was told by has other addresses than those of the commands. */
const servesRoutesAlone = ({ surface, parts }: Manifest): boolean =>
  surface !== undefined &&
  (parts['surface']?.[surface] as { readonly commands?: unknown } | undefined)?.commands === 'routes'

/** What operators call is not brought in by itself, nor what nobody may call. */
const isMeant = (section: CommandSection) => section.access !== 'closed' && section.domain !== 'heddle'

/** The declared errors of a section, without those that have become Heddle's own. */
export const declaredErrors = ({ errors }: CommandSection) =>
  Object.entries(errors).filter(([code]) => !Object.hasOwn(systemErrors, code))
