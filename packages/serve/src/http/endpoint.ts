import {
  type AnyCommand,
  type Begins,
  type CommandFacts,
  Defect,
  type FilePlace,
  fileListPlaces,
  filePlaces,
  fileRules,
  isStream,
  type OpenApp,
  type Outgoing,
  outgoingOf,
} from '@heddle/core'
import { isClosed, tellClosed } from '../access/closed.ts'
import { assertQueries, cacheControlOf } from './cache-control.ts'
import { type Encode, outputEncoders } from './encode.ts'
import type { Answer, Exchange } from './exchange.ts'
import { type FilesInJson, filesInJson } from './file/inline-files.ts'
import { type HandlerOptions, httpDefaults } from './options.ts'
import { parsePattern } from './route-pattern.ts'
import { type Respond, responderOf } from '../expose/reply.ts'
import { Router } from './router.ts'
import { deprecationHeaders, pathOfCommand, pathOfVersion, versionHeader, versionsByName } from './versions.ts'

/** A command under a method and path, made ready. */
export interface CommandEndpoint {
  readonly kind: 'command'
  readonly command: AnyCommand
  /** Its path with the names of its parameters, e.g. `/accounts/{id}`. */
  readonly route: string
  /** Whether the input is in the body; else it is in query and path. */
  readonly hasBody: boolean
  readonly isStreamed: boolean
  /** Set for `GET`: how long its answers may be kept. */
  readonly cacheControl: string | undefined
  /** Where the one file of the input stands, where it has one. */
  readonly upload: FilePlace | undefined
  /** Where the files of the input stand that a form may bring. */
  readonly formFiles: readonly FilePlace[]
  /** Where lists of files stand, which a form brings too. */
  readonly formLists: readonly FilePlace[]
  /** Whether the value is a file, which is the whole answer. */
  readonly isFile: boolean
  /** How files inside of what it answers become JSON; undefined where none can be there. */
  readonly files: FilesInJson | undefined
  /** What answers pass through; undefined where nothing in them has to stay in the process. */
  readonly outgoing: Outgoing | undefined
  readonly encodeValue: Encode
  readonly encodeItem: Encode
  /** Set where its work goes on after it has answered. */
  readonly begun: BegunEndpoint | undefined
  /** How it is called later, for who prefers that. */
  readonly later: LaterEndpoint | undefined
  /** The versions of its address, by their numbers; undefined where it has none. */
  readonly versions: ReadonlyMap<string, CommandEndpoint> | undefined
  /** Headers of every answer. */
  readonly told: Readonly<Record<string, string>> | undefined
  /** What the command says of an answer beside its outcome. */
  readonly respond: Respond | undefined
}

/** The command that calls another one later, made ready. */
export interface LaterEndpoint {
  readonly command: AnyCommand
  readonly begun: BegunEndpoint
  readonly encodeValue: Encode
}

/** How what a command began is waited for and looked at. */
export interface BegunEndpoint {
  readonly awaits: AnyCommand
  readonly outgoing: Outgoing | undefined
  readonly encodeValue: Encode
  /** Where the status is served, and the stream of it; undefined where they are not. */
  readonly statusPath: string | undefined
  readonly watchPath: string | undefined
}

/** A page, a script, a state: something that is no command. */
export interface PlainEndpoint {
  readonly kind: 'plain'
  /** What it answers, where it is only for those who take that. */
  readonly mediaType?: string
  /** Who may see it: `heddle:operate`, or whoever asks from this machine too. @default everybody */
  readonly access?: 'operator' | 'operator or near'
  /** @param parameters those of its path, decoded */
  answer(exchange: Exchange, parameters: Readonly<Record<string, string>>): Answer | Promise<Answer>
}

/** Plain endpoints by their paths, for GET, or by method and path, e.g. `POST /mcp` or `GET /files/{id}`. */
export type PlainEndpoints = Readonly<Record<string, PlainEndpoint>>

export type Endpoint = CommandEndpoint | PlainEndpoint

/** The methods whose requests bring their input in a body. */
export const bodyMethods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Lays out the paths of an app: those that `routes` lists, those of its commands, and plain ones. Closed commands have none,
 * unless whoever calls may know all names.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition, MissingPart
 */
export function layOut(app: OpenApp, options: HandlerOptions, plain: PlainEndpoints, withClosed = false) {
  assertQueries(options, app.commands)
  const router = new Router<Endpoint>()
  const laters = new Map<string, LaterEndpoint>()
  const served = [...app.commands.values()].filter((command) => withClosed || !isClosed(command))
  for (const command of served) {
    const { calls } = command.begins ?? {}
    if (calls) laters.set(calls.name, laterEndpoint(command, options))
  }
  for (const [pattern, command] of Object.entries(options.routes ?? {})) {
    const { method, segments } = parsePattern(pattern)
    const known = app.commands.get(command.name)
    if (!known) throw new Defect('MissingPart', { name: `route "${pattern}"`, missing: command.name })
    if (!withClosed && isClosed(known)) {
      tellClosed(app, known.name, `the route "${pattern}" leads to it`)
      continue
    }
    router.add(method, segments, endpointOf(known, method, pattern.slice(method.length + 1)))
  }
  for (const [place, endpoint] of Object.entries(plain)) {
    const { method, segments } = parsePattern(place.startsWith('/') ? `GET ${place}` : place)
    router.add(method, segments, endpoint)
  }
  if (options.commands === 'routes') return router
  const byName = versionsByName(served)
  for (const command of served) {
    serve(command, pathOfCommand(command.name), byName.get(command.name))
    const path = pathOfVersion(command)
    if (path !== undefined) serve(command, path)
  }
  return router

  function serve(command: AnyCommand, route: string, versions: readonly AnyCommand[] = []): void {
    for (const method of command.kind === 'query' ? ['POST', 'GET'] : ['POST']) {
      const own = endpointOf(command, method, route)
      const served = versions.filter(({ kind }) => method === 'POST' || kind === 'query')
      const all = served.map((each) => [String(each.version), endpointOf(each, method, pathOfVersion(each)!)] as const)
      const varying = all.map(([version, each]) => [version, { ...each, told: varyByVersion(each) }] as const)
      const endpoint = all.length > 0 ? { ...own, versions: new Map(varying), told: varyByVersion(own) } : own
      router.add(method, fixed(route), endpoint)
    }
  }

  function endpointOf(command: AnyCommand, method: string, route: string): CommandEndpoint {
    // What is asked for by GET must change nothing, so no job is written for it.
    const later = bodyMethods.has(method) ? laters.get(command.name) : undefined
    return commandEndpoint(app, command, method, route, options, later)
  }
}

export { pathOfCommand } from './versions.ts'

/** Caches must not give an answer of one version for another one. */
const varyByVersion = ({ told }: CommandEndpoint) => ({ ...told, vary: versionHeader })

const fixed = (path: string) =>
  path
    .slice(1)
    .split('/')
    .map((text) => ({ text }))

function commandEndpoint(
  app: OpenApp,
  command: AnyCommand & CommandFacts,
  method: string,
  route: string,
  options: HandlerOptions,
  later: LaterEndpoint | undefined,
): CommandEndpoint {
  const encoders = outputEncoders(command.output)
  const outgoing = outgoingOf(command)
  const places = filePlaces(command.input)
  const lists = fileListPlaces(command.input)
  const { maxBodyBytes = httpDefaults.maxBodyBytes } = options
  const isFile = !isStream(command.output) && fileRules(command.output) !== undefined
  return {
    kind: 'command',
    command,
    route,
    hasBody: bodyMethods.has(method),
    isStreamed: isStream(command.output),
    cacheControl: method === 'GET' ? cacheControlOf(options, command) : undefined,
    upload: places.length === 1 && lists.length === 0 ? places[0] : undefined,
    formFiles: places,
    formLists: lists,
    isFile,
    files: filesInJson(command.output, { name: 'maxBodyBytes', limit: maxBodyBytes }),
    outgoing,
    begun: command.begins && begunEndpoint(command.begins, options),
    later: command.begins ? undefined : later,
    versions: undefined,
    told: command.deprecated && deprecationHeaders(command.deprecated, app, options),
    respond: responderOf(command),
    encodeValue: encoders.value,
    encodeItem: outgoing ? (item) => encoders.item(outgoing.item(item)) ?? 'null' : encoders.item,
  }
}

const laterEndpoint = (command: AnyCommand, options: HandlerOptions): LaterEndpoint => ({
  command,
  begun: begunEndpoint(command.begins!, options),
  encodeValue: outputEncoders(command.output).value,
})

function begunEndpoint({ awaits, status, watch }: Begins, { commands, routes = {} }: HandlerOptions): BegunEndpoint {
  const pathOf = ({ name, access }: AnyCommand) => {
    if (isClosed({ access })) return undefined
    if (commands !== 'routes') return pathOfCommand(name)
    // A route whose path has parameters cannot be told by the run alone.
    const own = Object.keys(routes).find((pattern) => routes[pattern]!.name === name && /^GET [^{]*$/.test(pattern))
    return own?.slice('GET '.length)
  }
  return {
    awaits,
    outgoing: outgoingOf(awaits),
    encodeValue: outputEncoders(awaits.output).value,
    statusPath: pathOf(status),
    watchPath: pathOf(watch),
  }
}
