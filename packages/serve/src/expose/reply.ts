import { type CommandFacts, Defect, type AnyFailure, type Outcome } from '@heddle/core'
import { stringifySetCookie } from 'cookie'
import type { Answer } from '../http/exchange.ts'

/** A cookie of an answer. The defaults are those of a session: no script sees it, and no other site sends it along. */
export interface Cookie {
  readonly name: string
  /** Missing: the browser forgets the cookie. */
  readonly value?: string
  /** How long the browser keeps it, in seconds. @default until it is closed */
  readonly maxAgeSeconds?: number
  /** @default '/' */
  readonly path?: string
  /** @default the host that answers, and none of its subdomains */
  readonly domain?: string
  /** Sent over HTTPS alone, and to this machine. @default true */
  readonly secure?: boolean
  /** Out of reach of scripts. @default true */
  readonly httpOnly?: boolean
  /** Which pages' requests it goes along with. @default 'lax': those of the same site, and links to it */
  readonly sameSite?: 'strict' | 'lax' | 'none'
}

/** What an answer over HTTP says beside the outcome. */
export interface Reply {
  /** In place of 200, for a call that succeeded, e.g. 201 with a header `location`. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly Cookie[]
}

/** Says what an answer over HTTP has besides. */
export type Respond = (outcome: Outcome<never, AnyFailure>) => Reply | undefined

const responders = new WeakMap<CommandFacts, Respond>()

/** Remembers how the answers of a command are made. */
export const respondWith = (command: CommandFacts, respond: Respond): void => void responders.set(command, respond)

/** How the answers of a command are made, where it says something of them. */
export const responderOf = (command: CommandFacts): Respond | undefined => responders.get(command)

/** What the server itself says of an answer. */
const framing = new Set(['connection', 'content-encoding', 'content-length', 'set-cookie', 'transfer-encoding'])

/**
 * An answer with what a command says besides.
 *
 * @throws {Defect} InvalidDefinition, for a header that is the server's own
 */
export function withReply(name: string, answer: Answer, isOk: boolean, reply: Reply | undefined): Answer {
  if (!reply) return answer
  const headers = { ...answer.headers }
  for (const [given, value] of Object.entries(reply.headers ?? {})) {
    const header = given.toLowerCase()
    if (framing.has(header)) {
      throw new Defect('InvalidDefinition', { name, reason: `the header ${header} is not its own to set` })
    }
    headers[header] = value
  }
  const cookies = reply.cookies?.map(cookieText)
  const status = isOk ? (reply.status ?? answer.status) : answer.status
  return { ...answer, status, headers, ...(cookies?.length && { cookies }) }
}

function cookieText({ name, value, maxAgeSeconds, path = '/', domain, ...more }: Cookie): string {
  const { secure = true, httpOnly = true, sameSite = 'lax' } = more
  const maxAge = value === undefined ? 0 : maxAgeSeconds
  return stringifySetCookie({ name, value: value ?? '', maxAge, path, domain, secure, httpOnly, sameSite })
}
