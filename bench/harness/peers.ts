import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Installs the peers of the benchmarks into `bench/node_modules`. Gives back those that did not install. */
export function installPeers(folder: string): string[] {
  const missing = missingPeers(folder)
  if (missing.length === 0) return []
  if (npm(folder, ['ci'])) return missingPeers(folder)
  // One peer that this machine cannot have must not take the others with it.
  for (const peer of missing) npm(folder, ['install', '--no-save', '--no-package-lock', peer])
  return missingPeers(folder)
}

function missingPeers(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return Object.entries(manifest.dependencies)
    .filter(([name, version]) => installedVersion(folder, name) !== version)
    .map(([name, version]) => `${name}@${version}`)
}

function installedVersion(folder: string, name: string): string | undefined {
  const file = join(folder, 'node_modules', name, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined
}

function npm(folder: string, args: readonly string[]): boolean {
  try {
    execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return true
  } catch {
    return false
  }
}
