import { z } from 'zod'
import type { RawIssue } from '../issues.ts'
import type { Payload } from '../nodes.ts'

/**
 * Joins what the two sides of an intersection made of a value. A key that one side refuses and the other knows is no
 * error, so a refusal of keys is only reported when both sides refuse.
 */
export function intersect(value: unknown, left: Payload, right: Payload): Payload {
  const issues: RawIssue[] = []
  const refused = new Map<string, { left?: true; right?: true }>()
  const keyIssues = new Map<string, RawIssue>()
  let unrecognized: (RawIssue & { keys: string[] }) | undefined

  for (const side of ['left', 'right'] as const) {
    for (const issue of (side === 'left' ? left : right).issues) {
      let keys: string[]
      if (issue.code === 'unrecognized_keys' && !issue.path?.length) {
        unrecognized ??= issue as RawIssue & { keys: string[] }
        keys = issue.keys as string[]
      } else if (issue.code === 'invalid_key' && issue.origin === 'record' && issue.path?.length === 1) {
        const key = String(issue.path[0])
        if (!keyIssues.has(key)) keyIssues.set(key, issue)
        keys = [key]
      } else {
        issues.push(issue)
        continue
      }
      for (const key of keys) refused.set(key, { ...refused.get(key), [side]: true })
    }
  }

  const byBoth = [...refused].filter(([, sides]) => sides.left && sides.right).map(([key]) => key)
  const together = byBoth.filter((key) => unrecognized?.keys.includes(key))
  if (together.length > 0) issues.push({ ...unrecognized!, keys: together })
  for (const key of byBoth) if (!together.includes(key) && keyIssues.has(key)) issues.push(keyIssues.get(key)!)

  const merged = z.core.mergeValues(left.value, right.value)
  if (merged.valid) return { value: merged.data, issues }
  const failed = { value, issues }
  if (z.core.util.aborted(failed as never)) return failed
  throw new Error(`Unmergable intersection. Error path: ${JSON.stringify(merged.mergeErrorPath)}`)
}
