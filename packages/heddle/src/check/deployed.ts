import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  type AnyFailure,
  environmentKeys,
  type Json,
  type Manifest,
  type Outcome,
  type Ports,
  systemFailure,
} from '@heddle/core'
import { isEmbedded } from '@heddle/data'
import { callLocally, decodeJson, isAnswered, localSocketPath, manifestPath, usageFailure } from '@heddle/serve'
import type { Session } from '../cli/session.ts'
import { manifest } from '../commands/manifest.ts'
import { type BareDatabase, withDatabase } from '../migrate/with-database.ts'

/** A manifest of a thousand commands takes some megabytes. */
const maxBodyBytes = 64 * 1024 * 1024

/** What is deployed. */
export interface Deployed {
  /** Undefined where nothing was deployed and there is a database all the same: commands were only called. */
  readonly manifest: Manifest | undefined
  /** Of the deployed system, where its database is at hand. */
  readonly ports?: Ports
  /** Calls a command of it, where a process serves it. */
  readonly ask?: (command: string, input: Json) => Promise<Json>
}

/**
 * Does something with what is deployed: a manifest from a file, a URL, or the app's database. Undefined is given when
 * there is no database yet.
 *
 * @throws {Failure} InvalidUsage, Unavailable, MalformedInput
 */
export async function withDeployed<Result>(
  session: Session,
  against: string,
  use: (deployed: Deployed | undefined) => Promise<Result>,
): Promise<Result> {
  if (against === 'database') return fromDatabase(session, use)
  if (/^https?:\/\//.test(against)) {
    const url = manifestUrl(against)
    return use({ manifest: read(await fetchBytes(url, session.around.signal), url) })
  }
  const file = resolve(session.around.cwd, against)
  if (!existsSync(file)) throw usageFailure(`there is no file ${against} to compare with`)
  return use({ manifest: read(await readFile(file), against) })
}

/** A running process is asked; else the database alone is opened. */
async function fromDatabase<Result>(session: Session, use: (deployed: Deployed | undefined) => Promise<Result>) {
  const { folder, around } = session
  const socket = localSocketPath(folder)
  if (await isAnswered(socket)) {
    const ask = async (command: string, input: Json) =>
      valueOf(await callLocally(socket, command, input, { signal: around.signal })) as Json
    return use({ manifest: (await ask(manifest.name, {})) as unknown as Manifest, ask })
  }
  const declared = await session.app()
  const { database } = declared.definition
  if (!database || (isEmbedded(database) && !existsSync(folder))) return use(undefined)
  const look = async ({ open: { ports } }: BareDatabase) => {
    const latest = await ports.deployments.latest()
    return use({ manifest: latest, ports })
  }
  // What open runs have recorded may be encrypted.
  return withDatabase(declared, session, look, { keys: environmentKeys(around.environment) })
}

/** The address of an app stands for what it tells of itself there. */
function manifestUrl(text: string): string {
  const url = new URL(text)
  return url.pathname === '/' && url.search === '' ? new URL(manifestPath, url).href : text
}

async function fetchBytes(url: string, signal: AbortSignal): Promise<Uint8Array> {
  let response: Response
  try {
    response = await fetch(url, { signal, headers: { accept: 'application/json' } })
  } catch (cause) {
    throw systemFailure('Unavailable', { what: url }, { cause })
  }
  if (!response.ok) throw systemFailure('Unavailable', { what: `${url} (it answers ${response.status})` })
  return new Uint8Array(await response.arrayBuffer())
}

/** A manifest as such, or as the value in an outcome, e.g. what `heddle call heddle.Manifest --json` prints. */
function read(bytes: Uint8Array, where: string): Manifest {
  const found = valueOf(decodeJson(bytes, { maxBodyBytes, maxDepth: 256 }))
  if (isManifest(found)) return found
  const inner = typeof found === 'object' && found !== null && 'value' in found ? found.value : undefined
  if (isManifest(inner)) return inner
  throw usageFailure(`${where} holds no manifest of format 1`)
}

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && 'heddle' in value && value.heddle === 1 && 'parts' in value

function valueOf(outcome: Outcome<unknown, AnyFailure>): unknown {
  if (outcome.ok) return outcome.value
  throw outcome.errors[0]
}
