import type { CommandChange } from './compare-command.ts'

/** Who may call: fewer callers than before is breaking. */
export function compareAccess(before: string, after: string): CommandChange[] {
  if (before === after) return []
  const change = `access: ${before} → ${after}`
  if (after === 'public' || before === 'closed') {
    return [{ level: 'safe', change, reason: 'Everyone who could call it still can.' }]
  }
  return [{ level: 'breaking', change, reason: reasonFor(before, after) }]
}

function reasonFor(before: string, after: string): string {
  if (after === 'closed') return 'Nobody can call it from outside any more: callers get Denied.'
  if (after === 'rule')
    return 'A rule in code decides now; it cannot be shown that it lets every earlier caller through.'
  if (before === 'public') return `Callers without the permission ${after} get Denied or Unauthenticated.`
  return `Earlier callers may not hold the permission ${after}. Grant it to them before this is deployed.`
}
