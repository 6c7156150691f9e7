import { type AnyCommand, Defect, type InputFor } from '@heddle/core'

/** The methods that a typed route may have. */
export const routeMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type RouteMethod = (typeof routeMethods)[number]

/** A method and a path; names in braces are fields of the input, e.g. `GET /accounts/{id}`. */
export type RoutePattern = `${RouteMethod} /${string}`

/** Names in the braces of a pattern. */
export type ParametersOf<Pattern> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersOf<Rest>
  : never

type FieldsOf<Input> = Input extends unknown ? keyof Input : never

/** What a type error says about a route. */
interface RouteError<Reason extends string> {
  readonly error: Reason
}

/** Checks the keys of a record of routes: method, leading slash, and parameters that the input has. */
export type CheckedRoutes<Routes extends Readonly<Record<string, AnyCommand>>> = {
  readonly [Pattern in keyof Routes]: Pattern extends RoutePattern
    ? Exclude<ParametersOf<Pattern>, FieldsOf<InputFor<Routes[Pattern]>>> extends infer Unknown extends string
      ? [Unknown] extends [never]
        ? Routes[Pattern] & AnyCommand
        : RouteError<`the input has no field "${Unknown}"`>
      : never
    : RouteError<'write a route like "GET /accounts/{id}"'>
}

/** A part of a path: fixed text, or a parameter. */
export type Segment = { readonly text: string } | { readonly parameter: string }

/** A route taken apart. */
export interface ParsedPattern {
  readonly method: RouteMethod
  readonly segments: readonly Segment[]
  readonly parameters: readonly string[]
}

/** @throws {Defect} InvalidDefinition */
export function parsePattern(pattern: string): ParsedPattern {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: `route "${pattern}"`, reason })
  const [, method, path] = /^([A-Z]+) \/(\S*)$/.exec(pattern) ?? []
  if (path === undefined) throw refuse('write a route like "GET /accounts/{id}"')
  if (!routeMethods.includes(method as RouteMethod)) throw refuse(`the method is one of ${routeMethods.join(', ')}`)
  const segments = path.split('/').map((text): Segment => {
    const [, parameter] = /^\{([\w$]+)\}$/.exec(text) ?? []
    if (parameter !== undefined) return { parameter }
    if (/[{}?#]/.test(text)) throw refuse('a parameter in braces is a whole segment, and there is no query')
    return { text }
  })
  const parameters = segments.flatMap((segment) => ('parameter' in segment ? [segment.parameter] : []))
  if (new Set(parameters).size < parameters.length) throw refuse('a parameter stands twice')
  return { method: method as RouteMethod, segments, parameters }
}
