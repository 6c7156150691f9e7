import { type CommandSection, unversionedName } from '@heddle/core'
import { bodyMethods } from '../http/endpoint.ts'
import { parsePattern } from '../http/route-pattern.ts'
import type { SurfaceSection } from '../http/surface-kind.ts'
import { pathOfCommand, pathOfVersion } from '../http/versions.ts'

/** A method and a path at which a command is served. */
export interface Address {
  readonly command: CommandSection
  readonly method: string
  /** With parameters in braces, e.g. `/accounts/{id}`. */
  readonly path: string
  /** The fields of the input that stand in the path, by their name in it. */
  readonly parameters: ReadonlyMap<string, string>
  /** The command that calls it later, for who prefers that. */
  readonly later: CommandSection | undefined
  /** Whether a header chooses among versions. */
  readonly hasVersions: boolean
  /** One for each operation of a document; the plain name of the command for the address that it is known by. */
  readonly operationId: string
}

/** Everywhere that a surface serves commands, those that `routes` lists first. */
export function addressesOf(
  { commands: served, routes }: SurfaceSection,
  commands: Readonly<Record<string, CommandSection>>,
): Address[] {
  const found: Address[] = []
  const laters = new Map(Object.values(commands).map((command) => [command.begins?.calls, command]))
  const ids = new Set<string>()
  const shapes = new Map<string, string>()
  const add = (
    command: CommandSection | undefined,
    method: string,
    path: string,
    fields: readonly string[],
    hasVersions = false,
  ) => {
    // What is closed cannot be called, so nobody outside has to know of it.
    if (!command || command.access === 'closed') return
    // Two paths that differ only in the names of their parameters are one path to OpenAPI.
    const shape = path.replaceAll(/\{[^}]*\}/g, '{}')
    const known = shapes.get(shape) ?? path
    shapes.set(shape, known)
    const names = [...known.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!)
    const parameters = new Map(names.map((name, index) => [name, fields[index]!]))
    const later = bodyMethods.has(method) && !command.begins ? laters.get(command.name) : undefined
    const operationId = idOf(command.name, method, path)
    found.push({ command, method, path: known, parameters, later, hasVersions, operationId })
  }
  const idOf = (name: string, method: string, path: string) => {
    const long = `${name}.${method.toLowerCase()}`
    const longest = long + path.replaceAll(/\W+/g, '_')
    const id = [name, long, longest].find((candidate) => !ids.has(candidate)) ?? `${longest}.${ids.size}`
    ids.add(id)
    return id
  }

  if (served === 'all') {
    const versioned = new Set(Object.values(commands).map(unversionedName))
    for (const command of Object.values(commands)) {
      const hasVersions = versioned.has(command.name)
      const methods = command.kind === 'query' ? ['POST', 'GET'] : ['POST']
      for (const method of methods) add(command, method, pathOfCommand(command.name), [], hasVersions)
      const path = pathOfVersion(command)
      if (path !== undefined) for (const method of methods) add(command, method, path, [])
    }
  }
  for (const [pattern, name] of Object.entries(routes)) {
    const { method, parameters } = parsePattern(pattern)
    add(commands[name], method, pattern.slice(method.length + 1), parameters)
  }
  return found
}
