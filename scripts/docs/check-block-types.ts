import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DocBlock } from '../../test/tidy/doc-blocks.ts'
import type { Finding } from '../../test/tidy/tree.ts'

/**
 * Type-checks blocks that import something, each as a module of its own. A block that imports a file of its own must
 * show a real file (`// file: …`) instead.
 */
export function checkBlockTypes(root: string, blocks: readonly DocBlock[]): Finding[] {
  if (blocks.length === 0) return []
  const folder = join(root, '.heddle/doc-blocks')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    for (const [index, { text }] of blocks.entries())
      writeFileSync(join(folder, `block-${index}.ts`), `${text}\nexport {}\n`)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [compiler, '--noEmit', '--pretty', 'false', '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
    })
    return stdout.split('\n').flatMap((line) => findingOf(blocks, line) ?? [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The compiler's `block-3.ts(2,5): error TS2304: …` as a place in the page. */
function findingOf(blocks: readonly DocBlock[], line: string): Finding | undefined {
  const [, index, row, message] = /^block-(\d+)\.ts\((\d+),\d+\): error (.+)$/.exec(line) ?? []
  const block = blocks[Number(index)]
  return block === undefined ? undefined : { file: block.file, line: block.line + Number(row), message: message ?? '' }
}
