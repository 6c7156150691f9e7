import { Defect, type Json } from '@heddle/core'
import { z } from 'zod'

/** Where a database is: its address, or the environment variable that holds it, so that no plan holds a password. */
export const addressConfig = z
  .union([z.string().min(1), z.strictObject({ env: z.string().min(1) })])
  .describe('postgres://user:password@host:5432/database, or { env: NAME } for the variable that holds it')

/** What `addressConfig` takes. */
export type Address = z.infer<typeof addressConfig>

/** @throws {Defect} InvalidConfig where the variable is not set */
export function readAddress(address: Address): string {
  if (typeof address === 'string') return address
  const url = process.env[address.env]
  if (url === undefined || url === '') {
    throw new Defect('InvalidConfig', { reason: `the environment variable ${address.env} is not set` })
  }
  return url
}

/** An address as people may see it: without its password and options. */
export function describeAddress(address: Address): string {
  if (typeof address !== 'string') return `$${address.env}`
  try {
    const { username, hostname, port, pathname } = new URL(address)
    return `${username === '' ? '' : `${username}@`}${hostname}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'PostgreSQL'
  }
}

/**
 * What of an address says which database it is, for the field `database` by which that is told: the user and their password may
 * change. Undefined where the variable is not set, and for what is no address.
 */
export function addressPlace(
  address: Address,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly database: Json } | undefined {
  const url = typeof address === 'string' ? address : environment[address.env]
  if (url === undefined || !URL.canParse(url)) return undefined
  const { hostname, port, pathname, searchParams, username } = new URL(url)
  const host = decodeURIComponent(hostname) || (searchParams.get('host') ?? '')
  const name = decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username)
  return { database: { host, port: port || (searchParams.get('port') ?? '5432'), name } }
}
