import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Built } from './write-package.ts'

/**
 * Lets plain Node import every entry point of what was built, in a folder where the packages find each other as
 * installed ones and not as workspaces. Gives back the specifiers.
 */
export function importWithNode(root: string, built: readonly Built[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-build-'))
  try {
    const modules = join(folder, 'node_modules')
    for (const one of built) cpSync(one.folder, join(modules, one.name), { recursive: true })
    for (const name of new Set(built.flatMap(({ dependencies }) => dependencies))) {
      if (existsSync(join(modules, name))) continue
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    }
    // What npm installed beside a package, because the root has another version of it.
    for (const { name, folder: dist, dependencies } of built) {
      for (const dependency of dependencies) {
        const own = join(dist, '../node_modules', dependency)
        const link = join(modules, name, 'node_modules', dependency)
        if (!existsSync(own)) continue
        mkdirSync(dirname(link), { recursive: true })
        symlinkSync(own, link)
      }
    }
    const specifiers = built.flatMap(({ name, entries }) => entries.map((entry) => name + entry.slice(1)))
    const script = specifiers.map((specifier) => `await import('${specifier}')`).join('\n')
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, stdio: 'inherit' })
    return specifiers
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
