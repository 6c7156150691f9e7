import pg from 'pg'
import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'

/**
 * Makes an empty database on the PostgreSQL server that the tests of the project `services` share.
 *
 * @returns its address
 */
export async function freshDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl'))
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href
}
