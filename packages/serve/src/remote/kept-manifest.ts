import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Manifest } from '@heddle/core'
import { z } from 'zod'
import { readManifest } from '../manifest/read/read-manifest.ts'

/** A manifest as it was fetched, and when: UTC, milliseconds since 1970. */
export interface KeptManifest {
  readonly manifest: Manifest
  readonly fetchedAt: number
}

const Kept = z.object({ from: z.string(), fetchedAt: z.number(), manifest: z.unknown() })

/** Where the manifest of another app is kept in the data folder. */
export const keptPath = (folder: string, name: string): string => join(folder, 'remotes', `${name}.json`)

/** What was kept of an address; undefined where there is nothing, or nothing that can be read. */
export async function readKept(folder: string, name: string, from: string): Promise<KeptManifest | undefined> {
  const path = keptPath(folder, name)
  try {
    const kept = Kept.parse(JSON.parse(await readFile(path, 'utf8')))
    return kept.from === from ? { manifest: readManifest(kept.manifest, path), fetchedAt: kept.fetchedAt } : undefined
  } catch {
    // It is a copy: whatever is wrong with it, the other app has the original.
    return undefined
  }
}

/** Keeps a manifest. Who reads meanwhile gets the old one or the new one. */
export async function keepManifest(folder: string, name: string, from: string, kept: KeptManifest): Promise<void> {
  const path = keptPath(folder, name)
  const text = JSON.stringify({ from, ...kept })
  const draft = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(draft, text)
  await rename(draft, path)
}
