import { moduleOf, visit } from './module.ts'
import { isCode } from './tree.ts'
import type { Check, Finding } from './tree.ts'

/** Files that may say `any`, each with how often today and the reason. Counts may only shrink. */
export const ANY_ALLOWED: Readonly<Record<string, { count: number; reason: string }>> = {}

/** Nobody writes the type `any`, as an annotation, a cast or a type argument, except those listed with a reason. */
export const checkAny =
  (allowed = ANY_ALLOWED): Check =>
  (tree) => {
    const findings: Finding[] = []
    for (const file of tree.paths.filter(isCode)) {
      const module = moduleOf(tree, file)
      const lines: number[] = []
      visit(module.body, (node) => {
        if (node.type === 'TSAnyKeyword') lines.push(module.line(node))
      })
      const limit = allowed[file]?.count ?? 0
      if (lines.length > limit) {
        const hint =
          limit === 0 ? 'use unknown or a real type' : `${limit} are allowed here, ${lines.length} are written`
        findings.push(...lines.slice(limit).map((line) => ({ file, line, message: `writes the type any: ${hint}` })))
      } else if (lines.length < limit) {
        const next = lines.length === 0 ? 'take it off the list' : `lower the list to ${lines.length}`
        findings.push({ file, line: 1, message: `writes any only ${lines.length} times: ${next} in test/tidy/any.ts` })
      }
    }
    for (const file of Object.keys(allowed)) {
      if (!tree.has(file))
        findings.push({ file, line: 1, message: 'is gone: take it off the list in test/tidy/any.ts' })
    }
    return findings
  }
