import { type App, type AppDefinition, type AnyCommand, Defect, isCommand, type Part } from '@heddle/core'

/** An app's definition with every part in its simulated form, taken apart into a list. */
export interface SimulatedDefinition extends AppDefinition {
  readonly parts: readonly (Part | AnyCommand)[]
}

/**
 * Puts each part's simulated twin in its place, and given services in the place of the app's own.
 *
 * @param given parts made by `provide`; they replace what the app has for the same port
 * @param external whether a service outside the app, without a twin, may stay
 * @throws {Defect} RealPort
 */
export function simulatedDefinition(
  { definition }: App,
  given: readonly Part[] = [],
  external: 'allowed' | 'refused' = 'refused',
): SimulatedDefinition {
  const replacements = new Map(given.flatMap((part) => (part.provides ? [[part.provides.port, part] as const] : [])))
  const twins = new Map<Part, Part>()
  const items = definition.parts.flatMap(membersOf)
  const commands = items.filter((item) => isCommand(item))
  const parts = items.filter((item) => isPart(item)).map(twinOf)
  for (const { uses } of commands) for (const { part } of uses) if (part) assertSame(part, twinOf(part))
  return {
    ...definition,
    database: definition.database && twinOf(definition.database),
    parts: [...commands, ...new Set([...parts, ...given])],
  }

  function twinOf(part: Part): Part {
    const known = twins.get(part)
    if (known) return known
    const twin = (part.provides && replacements.get(part.provides.port)) ?? part.simulated?.() ?? part
    if (twin === part && isReal(part, external)) throw new Defect('RealPort', { port: addressOf(part) })
    const inner = twin.parts?.map(twinOf)
    const isChanged = inner?.some((own, index) => own !== twin.parts![index])
    const whole = isChanged ? (Object.create(twin, { parts: { value: inner, enumerable: true } }) as Part) : twin
    twins.set(part, whole)
    return whole
  }
}

/** A module (`import * as bank`) stands for the commands and parts that it exports. */
function membersOf(item: Part | AnyCommand | Readonly<Record<string, unknown>>): (Part | AnyCommand)[] {
  if (isCommand(item) || isPart(item)) return [item]
  return Object.values(item).filter((member) => isCommand(member) || isPart(member))
}

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'object' &&
  'describe' in value &&
  typeof value.describe === 'function'

/** Whether a part without a twin reaches outside. What an entity opens is its table, in a database that has a twin. */
function isReal({ kind, open, provides, simulated }: Part, external: 'allowed' | 'refused'): boolean {
  if (simulated) return false // It says itself that it is its own twin.
  if (open && kind.name !== 'entity') return true
  return external === 'refused' && provides?.port.external === true
}

/** A part that a port brings along is reached through the port alone, so nothing can stand in for it. */
function assertSame(part: Part, twin: Part): void {
  if (part !== twin) throw new Defect('RealPort', { port: addressOf(part) })
}

const addressOf = ({ kind, name }: Part) => `${kind.name} ${name}`
