import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
/** The empty project in which the built packages are used as somebody who installed them would. */
export const project = join(root, 'bench/node_modules/.start')

/** Builds the packages and lays them beside links to what they depend on. */
export async function buildProject(): Promise<void> {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: ['ignore', 'ignore', 'inherit'] })
  rmSync(project, { recursive: true, force: true })
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '@heddle'), { recursive: true })
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'start', private: true, type: 'module' }))
  for (const name of readdirSync(join(root, 'packages'))) {
    const target = name === 'heddle' ? join(modules, name) : join(modules, '@heddle', name)
    cpSync(join(root, 'packages', name, 'dist'), target, { recursive: true })
    // What npm installed beside a package, because the root has another version of it.
    const own = join(root, 'packages', name, 'node_modules')
    if (existsSync(own)) symlinkSync(own, join(target, 'node_modules'))
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === 'heddle' || name === '@heddle') continue
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  cpSync(join(import.meta.dirname, 'heddle-app.js'), join(project, 'heddle-app.js'))
  // As its users would: into few files, which is how it is started.
  const tool = join(modules, 'heddle/bin.js')
  execFileSync(process.execPath, [tool, 'build', 'heddle-app.js', '--out', 'dist'], { cwd: project, stdio: 'pipe' })
}
