import { isCode } from './tree.ts'
import type { Check, Finding } from './tree.ts'

/** The most lines that a source file may have. */
export const LINE_LIMIT = 500

/** Files that may be longer, each with its length today and the reason. Lengths may only shrink. */
export const LONGER: Readonly<Record<string, { lines: number; reason: string }>> = {}

/** No source file is longer than the limit, except those listed with a reason. */
export const checkLength =
  (longer = LONGER): Check =>
  (tree) => {
    const findings: Finding[] = []
    for (const file of tree.paths.filter((path) => isCode(path) && !path.startsWith('bench/node_modules/'))) {
      const lines = tree.read(file).trimEnd().split('\n').length
      const allowed = longer[file]?.lines ?? LINE_LIMIT
      if (lines > allowed) {
        findings.push({
          file,
          line: allowed,
          message: `has ${lines} lines, ${allowed} are allowed: split it by purpose`,
        })
      } else if (longer[file] !== undefined && lines < allowed) {
        const next = lines <= LINE_LIMIT ? 'take it off the list' : `lower the list to ${lines}`
        findings.push({ file, line: lines, message: `shrank to ${lines} lines: ${next} in test/tidy/length.ts` })
      }
    }
    for (const file of Object.keys(longer)) {
      if (!tree.has(file))
        findings.push({ file, line: 1, message: 'is gone: take it off the list in test/tidy/length.ts' })
    }
    return findings
  }
