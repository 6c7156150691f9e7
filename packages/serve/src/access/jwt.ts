import {
  type Cache,
  type Clock,
  type Maybe,
  memoryCache,
  type Ports,
  type Principal,
  systemFailure,
} from '@heddle/core'
import { hash } from 'node:crypto'
import type * as Jose from 'jose'
import type { HttpRequest } from '../http/exchange.ts'
import type { Authenticate } from '../http/options.ts'
import { bearerToken, refused } from './credentials.ts'
import { stateIssuers } from './issuers.ts'
import { assertComplete } from './jwt-options.ts'
import { principalOfClaims } from './principal-of-claims.ts'
import { describeSignIn } from './sign-in.ts'

/** What a verified token says. */
export interface Claims extends Jose.JWTPayload {
  readonly sub: string
  readonly exp: number
}

/** Whose tokens are taken, and how they are verified. Give `jwks` or `secret`. */
export interface JwtOptions {
  /** `iss`: who signed in the sender. */
  readonly issuer: string
  /** `aud`: for whom the token is. One that was made for another service is refused. */
  readonly audience: string
  /** The public keys of the issuer (RFC 7517), or where they are; read again when a token names an unknown one. */
  readonly jwks?: string | Jose.JSONWebKeySet
  /** A shared secret of at least 32 bytes. */
  readonly secret?: string | Uint8Array
  /** @default those of public keys: RS256 …, PS256 …, ES256 …, EdDSA; with a secret HS256, HS384, HS512 */
  readonly algorithms?: readonly string[]
  /** How far the clocks of issuer and app may differ, in seconds. @default 5 */
  readonly toleranceSeconds?: number
  /**
   * Who it is. @default `sub`, with the permissions of the claims `permissions` or `scope`, in the tenant of the claim
   * `tenant`
   */
  readonly principal?: (claims: Claims, ports: Ports, request: HttpRequest) => Maybe<Principal | undefined>
}

const publicAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const secretAlgorithms = ['HS256', 'HS384', 'HS512']
/** Longer tokens are refused unread: a signature check costs with the length. */
const mostCharacters = 8192
/** How many verified tokens are remembered (limit `jwt.remembered`). */
const rememberedLimit = 10_000
const rememberedMs = 5 * 60 * 1000

/**
 * Takes signed tokens (JWT, RFC 7519) from `Authorization: Bearer …`. A request with another kind of token, or none, is left
 * to others; one whose token is not valid is refused.
 *
 * @throws {Failure} InvalidCredentials; Unavailable, while the keys of the issuer cannot be read
 * @example
 * jwt({ issuer: 'https://id.example.com/', audience: 'clinic', jwks: 'https://id.example.com/.well-known/jwks.json' })
 */
export function jwt(options: JwtOptions): Authenticate {
  const { principal = principalOfClaims } = options
  // Apps that are open at the same time have each their own clock, so each its own memory.
  const verifiers = new WeakMap<Clock, Verify>()
  assertComplete(options)

  const authenticate: Authenticate = async (request, ports) => {
    const token = bearerToken(request)
    if (token === undefined || !/^ey[\w-]*\.[\w-]+\.[\w-]*$/.test(token)) return undefined
    let verify = verifiers.get(ports.clock)
    if (!verify) verifiers.set(ports.clock, (verify = createVerify(options, ports.clock)))
    return principal(await verify(token), ports, request)
  }
  stateIssuers(authenticate, [options.issuer])
  return describeSignIn(authenticate, { jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } })
}

type Verify = (token: string) => Promise<Claims>

function createVerify(options: JwtOptions, clock: Clock): Verify {
  const known: Cache = memoryCache(clock, rememberedLimit)
  // Loaded by the first token: an app that never sees one starts without it.
  let loading: Promise<{ jose: typeof Jose; key: Jose.JWTVerifyGetKey | Uint8Array }> | undefined

  return async (token) => {
    if (token.length > mostCharacters) throw refused(`a token has at most ${mostCharacters} characters`)
    const address = hash('sha256', token, 'base64')
    const remembered = (await known.get(address)) as Claims | undefined
    if (remembered) return remembered
    loading ??= load(options)
    const { jose, key } = await loading
    const claims = await verifyWith(jose, key, token, options, clock)
    const toleranceMs = toleranceOf(options) * 1000
    const ttlMs = Math.min(rememberedMs, claims.exp * 1000 + toleranceMs - clock.now())
    if (ttlMs > 0) await known.set(address, claims, { ttlMs })
    return claims
  }
}

async function load({ jwks, secret }: JwtOptions) {
  const jose = await import('jose')
  if (secret !== undefined) return { jose, key: typeof secret === 'string' ? Buffer.from(secret) : secret }
  const key = typeof jwks === 'string' ? jose.createRemoteJWKSet(new URL(jwks)) : jose.createLocalJWKSet(jwks!)
  return { jose, key }
}

async function verifyWith(
  jose: typeof Jose,
  key: Jose.JWTVerifyGetKey | Uint8Array,
  token: string,
  options: JwtOptions,
  clock: Clock,
): Promise<Claims> {
  const { issuer, audience, jwks, secret } = options
  const { algorithms = secret === undefined ? publicAlgorithms : secretAlgorithms } = options
  const checks = {
    issuer,
    audience,
    algorithms: [...algorithms],
    requiredClaims: ['sub', 'exp'],
    clockTolerance: toleranceOf(options),
    currentDate: new Date(clock.now()),
  }
  try {
    const { payload } =
      typeof key === 'function' ? await jose.jwtVerify(token, key, checks) : await jose.jwtVerify(token, key, checks)
    if (typeof payload.sub !== 'string' || payload.sub === '') throw refused('the token names no subject')
    return payload as Claims
  } catch (thrown) {
    if (!(thrown instanceof jose.errors.JOSEError) && !(thrown instanceof TypeError)) throw thrown
    if (isOfIssuer(jose, thrown)) {
      throw systemFailure('Unavailable', { what: `The key set at ${String(jwks)}` }, { cause: thrown })
    }
    throw refused(reasonOf(jose, thrown), thrown)
  }
}

/** Whether the issuer did not give its keys: that is nobody's forgery. */
const isOfIssuer = ({ errors }: typeof Jose, thrown: Error) =>
  thrown instanceof TypeError ||
  thrown instanceof errors.JWKSTimeout ||
  thrown instanceof errors.JWKSInvalid ||
  thrown.constructor === errors.JOSEError

function reasonOf({ errors }: typeof Jose, thrown: Error): string {
  if (thrown instanceof errors.JWTExpired) return 'the token has expired'
  if (thrown instanceof errors.JWTClaimValidationFailed) return `the claim "${thrown.claim}" of the token does not fit`
  if (thrown instanceof errors.JOSEAlgNotAllowed) return 'the token is signed by an algorithm that is not allowed'
  return 'the token is not signed by its issuer'
}

const toleranceOf = ({ toleranceSeconds = 5 }: JwtOptions) => toleranceSeconds
