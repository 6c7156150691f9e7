import { createPorts } from '../ports/ports.ts'
import type { App, AppDefinition, OpenOptions } from './app.ts'
import { app } from './define.ts'
import { type DiscoveringHost, isPart, type Part } from './part.ts'

/** What is needed to find out what parts consist of: how the app is to be opened. */
export type DiscoverOptions = Pick<OpenOptions, 'folder' | 'root' | 'mode' | 'environment' | 'ports'>

/**
 * The same app with every part found whose content is told elsewhere, e.g. the commands of another app. Opening an app does
 * it by itself; tools do, that show an app without opening it.
 *
 * @example const { commands } = (await discover(shop)).parts()
 */
export async function discover(declared: App, options: DiscoverOptions = {}): Promise<App> {
  const definition = await discoverParts(declared.name, declared.definition, options)
  return definition === declared.definition ? declared : app(declared.name, definition)
}

/** A definition with the parts found that are told elsewhere; the same one where there are none. */
export async function discoverParts(
  name: string,
  definition: AppDefinition,
  options: DiscoverOptions,
): Promise<AppDefinition> {
  if (!definition.parts.some(holdsUndiscovered)) return definition
  const { folder = '.heddle', root = process.cwd(), environment = process.env } = options
  const mode = options.mode ?? (environment.NODE_ENV === 'production' ? 'production' : 'development')
  const host: DiscoveringHost = {
    folder,
    root,
    mode,
    environment,
    ports: createPorts(options.ports),
    opener: { name, formerly: definition.formerly ?? [] },
  }
  return { ...definition, parts: await Promise.all(definition.parts.map((item) => found(item, host))) }
}

type Item = AppDefinition['parts'][number]

const isUndiscovered = (item: unknown): item is Part & { discover: NonNullable<Part['discover']> } =>
  isPart(item) && item.discover !== undefined

/** A part, or a module that has one among its exports. */
const holdsUndiscovered = (item: Item): boolean =>
  isUndiscovered(item) || (!isPart(item) && Object.values(item).some(isUndiscovered))

async function found(item: Item, host: DiscoveringHost): Promise<Item> {
  if (isUndiscovered(item)) return item.discover(host)
  if (!holdsUndiscovered(item)) return item
  const members = Object.entries(item).map(
    async ([name, member]: [string, unknown]) =>
      [name, isUndiscovered(member) ? await member.discover(host) : member] as const,
  )
  return Object.fromEntries(await Promise.all(members))
}
