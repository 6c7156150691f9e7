import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type AnyFailure, app, type Manifest, type Outcome, systemFailure } from '@heddle/core'
import { callLocally, decodeJson, isAnswered, localSocketPath, usageFailure } from '@heddle/serve'
import type { Session } from '../cli/session.ts'
import { manifest } from '../commands/manifest.ts'

/** A manifest of a thousand commands takes some megabytes. */
const maxBodyBytes = 64 * 1024 * 1024

/**
 * The manifest of what is deployed: from a file, a URL, or the app's database.
 *
 * @returns undefined when nothing was deployed yet
 * @throws {Failure} InvalidUsage, Unavailable, MalformedInput
 */
export async function deployedManifest(session: Session, against: string): Promise<Manifest | undefined> {
  if (against === 'database') return fromDatabase(session)
  if (/^https?:\/\//.test(against)) return read(await fetchText(against, session.around.signal), against)
  const file = resolve(session.around.cwd, against)
  if (!existsSync(file)) throw usageFailure(`there is no file ${against} to compare with`)
  return read(await readFile(file), against)
}

/** The database alone is opened: opening the app would already change its tables. */
async function fromDatabase(session: Session): Promise<Manifest | undefined> {
  const { folder, around } = session
  const socket = localSocketPath(folder)
  if (await isAnswered(socket)) {
    const outcome = await callLocally(socket, manifest.name, {}, { signal: around.signal })
    return valueOf(outcome) as Manifest
  }
  const { name, definition } = await session.app()
  if (!definition.database || !existsSync(folder)) return undefined
  const bare = await app(name, { parts: [], database: definition.database }).open({ folder, mode: 'production' })
  try {
    return await bare.ports.deployments.latest()
  } finally {
    await bare.close()
  }
}

async function fetchText(url: string, signal: AbortSignal): Promise<Uint8Array> {
  let response: Response
  try {
    response = await fetch(url, { signal, headers: { accept: 'application/json' } })
  } catch (cause) {
    throw systemFailure('Unavailable', { what: url }, { cause })
  }
  if (!response.ok) throw systemFailure('Unavailable', { what: `${url} (it answers ${response.status})` })
  return new Uint8Array(await response.arrayBuffer())
}

/** A manifest as such, or as the value of a call of `heddle.Manifest`. */
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
