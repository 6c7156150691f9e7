import {
  type CommandSection,
  type EventSection,
  type Json,
  type Manifest,
  type Sections,
  touchedPorts,
  withHash,
} from '@heddle/core'
import type { SurfaceSection } from '../http/surface-kind.ts'
import { publicCommand } from './public-command.ts'
import { publicEvent } from './public-event.ts'

/**
 * What strangers may know of an app: the commands that a surface serves and the events that somebody may subscribe to, with
 * their types, errors and facts. Policies, templates, tables and whatever else is the app's own are left out, and so is what is
 * marked `sensitive()`. Its hash is that of the whole manifest, because that is what names a deployment.
 *
 * @param surface the name of the surface
 * @param section what it serves; by default what the manifest says of it
 * @example const served = publicManifest(bank.manifest, 'http')
 */
export function publicManifest(
  manifest: Manifest,
  surface: string,
  section: SurfaceSection | undefined = surfaceOf(manifest, surface),
): Manifest {
  if (manifest.surface !== undefined) return manifest
  const { heddle, app, hash, parts } = manifest
  const events = mapSections(parts['event'], (event) => publicEvent(event as unknown as EventSection))
  const commands = servedCommands(parts['command'], section)
  const shared = sharedPorts(parts['command'], commands)
  const described = mapSections(commands, (command) => {
    const uses = [...touchedPorts(asCommands(parts['command']), (command as CommandSection).name)].filter((port) =>
      shared.has(port),
    )
    return publicCommand(command as CommandSection, { uses: uses.sort(), commands, events })
  })
  const { hash: _, ...served } = { ...section } as SurfaceSection & { readonly hash?: string }
  const surfaces = section && { [surface]: withHash(served as unknown as { [field: string]: Json }) }
  return { heddle, app, parts: { command: described, event: events, surface: surfaces ?? {} }, hash, surface }
}

/** What a manifest says of a surface. */
export function surfaceOf({ parts }: Manifest, name: string): SurfaceSection | undefined {
  return parts['surface']?.[name] as SurfaceSection | undefined
}

/** A command that is closed cannot be called, so nobody outside has to know of it. */
function servedCommands(all: Sections = {}, section: SurfaceSection | undefined): Sections {
  const routed = section?.commands === 'routes' ? new Set(Object.values(section.routes)) : undefined
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, command]) => (command as CommandSection).access !== 'closed' && (routed?.has(name) ?? true),
    ),
  )
}

/**
 * The ports by which a client finds out which queries a command dirties: those that both touch. No other name of a port
 * leaves the process.
 */
function sharedPorts(all: Sections = {}, served: Sections): ReadonlySet<string> {
  const touched = { command: new Set<string>(), query: new Set<string>() }
  for (const [name, section] of Object.entries(served)) {
    const { kind } = section as CommandSection
    for (const port of touchedPorts(asCommands(all), name)) touched[kind === 'query' ? kind : 'command'].add(port)
  }
  return new Set([...touched.command].filter((port) => touched.query.has(port)))
}

const asCommands = (sections: Sections = {}) => sections as unknown as Readonly<Record<string, CommandSection>>

/** Changes each section; those that become nothing are left out. */
function mapSections(sections: Sections = {}, map: (section: Json) => Json | undefined): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([name, section]) => {
      const mapped = map(section)
      return mapped === undefined ? [] : [[name, mapped]]
    }),
  )
}
