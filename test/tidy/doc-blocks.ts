import { parseModule } from './module.ts'
import type { Check, Finding, Tree } from './tree.ts'

/** A fenced code block of a documentation page. */
export interface DocBlock {
  readonly file: string
  /** The line of the opening fence. */
  readonly line: number
  readonly language: string
  readonly text: string
  /** The path of a block whose first line is `// file: some/path.ts`. */
  readonly mirrors: string | undefined
}

/** The pages whose blocks and links are checked. */
export const docPages = (tree: Tree): string[] =>
  tree.paths.filter((path) =>
    /^([A-Z]+\.md|docs\/.+\.md|(packages|examples)\/[^/]+\/README\.md|bench\/README\.md)$/.test(path),
  )

/**
 * A block that begins with `// file: path` shows that file, byte for byte, and a test runs the file: so what the page
 * prints works. Every other `ts` block must at least be TypeScript; those that import something are type-checked by
 * `npm run docs`.
 */
export const checkDocBlocks: Check = (tree) => {
  const tests = tree.paths.filter((path) => path.endsWith('.test.ts'))
  const findings: Finding[] = []
  for (const block of docPages(tree).flatMap((page) => blocksOf(page, tree.read(page)))) {
    const complain = (message: string, line = block.line): void =>
      void findings.push({ file: block.file, line, message })
    if (block.mirrors === undefined) {
      if (block.language !== 'ts') continue
      const { errors } = parseModule('block.ts', `async () => {\n${withoutModuleSyntax(block.text)}\n}`)
      if (errors.length > 0) complain(`is no valid TypeScript: ${errors[0]}`)
      continue
    }
    if (!tree.has(block.mirrors)) {
      complain(`shows ${block.mirrors}, which does not exist`)
      continue
    }
    const difference = firstDifference(block.text, tree.read(block.mirrors))
    if (difference !== undefined) {
      // The opening fence and the file line come first.
      complain(`differs from ${block.mirrors}:${difference}: copy the file here`, block.line + 1 + difference)
    }
    const { mirrors } = block
    if (!tests.some((test) => test === mirrors || runs(tree, test, mirrors))) {
      complain(`shows ${block.mirrors}, which no *.test.ts names: write a test that runs it`)
    }
  }
  return findings
}

/** The fenced blocks of a page. */
export function blocksOf(file: string, page: string): DocBlock[] {
  const blocks: DocBlock[] = []
  let open: { line: number; fence: string; language: string; lines: string[] } | undefined
  for (const [index, line] of page.split('\n').entries()) {
    if (open === undefined) {
      const [, fence, language = ''] = /^(```+)\s*(\S*)/.exec(line) ?? []
      if (fence !== undefined) open = { line: index + 1, fence, language, lines: [] }
    } else if (line.trimEnd() === open.fence) {
      const mirrors = /^(?:\/\/|#)\s*file:\s*(\S+)\s*$/.exec(open.lines[0] ?? '')?.[1]
      const lines = mirrors === undefined ? open.lines : open.lines.slice(1)
      blocks.push({ file, line: open.line, language: open.language, text: lines.join('\n'), mirrors })
      open = undefined
    } else {
      open.lines.push(line)
    }
  }
  return blocks
}

function firstDifference(shown: string, actual: string): number | undefined {
  const [a, b] = [shown.trimEnd().split('\n'), actual.trimEnd().split('\n')]
  const length = Math.max(a.length, b.length)
  for (let line = 0; line < length; line++) if (a[line] !== b[line]) return line + 1
  return undefined
}

/** A test runs a file when it names it, or the folder that holds it. */
function runs(tree: Tree, test: string, path: string): boolean {
  const [folder, name] = path.split('/').slice(-2)
  const text = tree.read(test)
  return text.includes(`/${name}'`) || text.includes(`/${name}"`) || text.includes(`${folder}/${name}`)
}

/** Imports and exports cannot stand in a function body, where fragments may `await` and `return`. */
const withoutModuleSyntax = (text: string): string =>
  text
    .replace(/^import\s[^'"]*?['"][^'"]+['"]\s*;?$/gm, '')
    .replace(/^export\s+(default\s+)?/gm, (_all, isDefault) => (isDefault ? 'void ' : ''))
