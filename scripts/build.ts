// npm run build: writes each package as it is published to packages/*/dist, and proves that plain Node can import it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './build/compile.ts'
import { importWithNode } from './build/verify.ts'
import { writePackage } from './build/write-package.ts'

const root = join(import.meta.dirname, '..')
const names = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
)

const emitted = compile(root, names)
const built = await Promise.all(names.map((name) => writePackage(root, name, emitted)))
const entries = importWithNode(root, built)

for (const { name, files, bytes } of built)
  console.log(`${name.padEnd(16)} ${String(files).padStart(4)} files  ${(bytes / 1024).toFixed(0)} KiB`)
console.log(`node ${process.versions.node} imports ${entries.join(', ')}`)
