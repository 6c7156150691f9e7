import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { OpenApp } from 'heddle'
import { generateClient } from 'heddle/client'
import type { Command, Client, ClientOptions, Transport } from 'heddle/client'

const root = join(import.meta.dirname, '../..')

/**
 * Compiles all `typescript` blocks of a page as one program, in strict mode, with the client that is generated from the app,
 * and runs it against the address where the app is served.
 *
 * @returns the lines that it printed
 */
export async function runPage(page: string, app: OpenApp, url: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-page-'))
  mkdirSync(join(folder, 'client'))
  for (const [file, text] of Object.entries(generateClient(app.manifest)))
    writeFileSync(join(folder, 'client', file), text)
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    noUnusedLocals: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const blocks = readFileSync(join(root, 'docs', page), 'utf8').matchAll(/```typescript\n(.*?)```/gs)
  writeFileSync(join(folder, 'main.ts'), [...blocks].map(([, code]) => code).join('\n'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' })
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'main.ts')], {
    env: { ...process.env, APP_URL: url },
  })
  rmSync(folder, { recursive: true, force: true })
  return stdout.trim().split('\n')
}

/** A client that was generated, as a page has it. */
export interface LoadedClient extends Disposable {
  createClient(options: ClientOptions): Client
  webSocket(): Transport
  /** What the file of a domain exports. */
  domain(name: string): Promise<Readonly<Record<string, Command>>>
}

/** Generates the client of an app and imports it. */
export async function loadClient(app: OpenApp): Promise<LoadedClient> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-loaded-client-'))
  for (const [file, text] of Object.entries(generateClient(app.manifest))) writeFileSync(join(folder, file), text)
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
  const { createClient, webSocket } = (await load('client.ts')) as Pick<LoadedClient, 'createClient' | 'webSocket'>
  return {
    createClient,
    webSocket,
    domain: (name) => load(`${name}.ts`) as Promise<Readonly<Record<string, Command>>>,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
