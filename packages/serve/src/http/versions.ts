import {
  type AnyCommand,
  type AnyFailure,
  type CommandFacts,
  type Deprecation,
  type OpenApp,
  startOfDay,
  systemFailure,
  unversionedName,
} from '@heddle/core'
import { isClosed } from '../access/closed.ts'
import type { CommandEndpoint } from './endpoint.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { HandlerOptions } from './options.ts'

/** The header that asks for a version, e.g. `Heddle-Version: 2`. */
export const versionHeader = 'heddle-version'

/** Where a command is served: `bank.TransferMoney` at `/bank/TransferMoney`. */
export const pathOfCommand = (name: string): string => `/${name.replaceAll('.', '/')}`

/** Where a version is served beside its own name: version 1 of `bank.Pay` at `/v1/bank/Pay`. Undefined without a version. */
export function pathOfVersion(command: Pick<CommandFacts, 'name' | 'version'>): string | undefined {
  const name = unversionedName(command)
  return name === undefined ? undefined : `/v${command.version}${pathOfCommand(name)}`
}

/** The commands that are versions of a name, among them the one of that name if it states one; of names with several. */
export function versionsByName(commands: Iterable<AnyCommand>): ReadonlyMap<string, readonly AnyCommand[]> {
  const found = new Map<string, AnyCommand[]>()
  for (const command of commands) {
    const name = unversionedName(command)
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), command])
  }
  return found
}

/** The endpoint that a request asks for among the versions of one. */
export function chosenVersion(endpoint: CommandEndpoint, exchange: Exchange): CommandEndpoint | AnyFailure {
  const asked = exchange.headers[versionHeader]
  if (asked === undefined) return endpoint
  const { command, versions } = endpoint
  return versions!.get(asked.trim()) ?? systemFailure('UnknownCommand', { name: `${command.name} version ${asked}` })
}

/**
 * What each answer of a deprecated command says: since when (RFC 9745), until when (RFC 8594), and what takes its place
 * (RFC 5829).
 */
export function deprecationHeaders(
  { since, sunset, use }: Deprecation,
  app: Pick<OpenApp, 'commands'>,
  options: Pick<HandlerOptions, 'commands' | 'routes'>,
): Record<string, string> {
  const successor = use === undefined ? undefined : app.commands.get(use)
  const path = successor && !isClosed(successor) ? addressOf(successor, options) : undefined
  return {
    deprecation: `@${startOfDay(since) / 1000}`,
    ...(sunset !== undefined && { sunset: new Date(startOfDay(sunset) + lastSecondMs).toUTCString() }),
    ...(path !== undefined && { link: `<${path}>; rel="successor-version"` }),
  }
}

/** A command answers to the end of its last day. */
const lastSecondMs = 86_399_000

/** Where a command is served that is known by its name alone; a route with parameters cannot be told so. */
function addressOf(command: AnyCommand, { commands, routes = {} }: Pick<HandlerOptions, 'commands' | 'routes'>) {
  if (commands !== 'routes') return pathOfVersion(command) ?? pathOfCommand(command.name)
  const route = Object.keys(routes).find((pattern) => routes[pattern]!.name === command.name && !pattern.includes('{'))
  return route?.slice(route.indexOf(' ') + 1)
}

/** An answer with headers that every answer of its endpoint has. */
export function withTold(answer: Answer, told: Readonly<Record<string, string>>): Answer {
  const headers = { ...told, ...answer.headers }
  for (const list of ['link', 'vary']) {
    const own = answer.headers[list]
    if (own !== undefined && told[list] !== undefined && own !== told[list]) headers[list] = `${own}, ${told[list]}`
  }
  return { ...answer, headers }
}
