import { z } from 'zod'

let allowed: boolean | undefined

/**
 * Whether functions can be made from text. Pages with a strict content security policy and
 * `--disallow-code-generation-from-strings` forbid it, which only a try can tell; `jitless` asks Zod not to try.
 */
export function mayGenerateCode(): boolean {
  if (z.config().jitless) return false
  if (allowed === undefined) {
    try {
      allowed = new Function('return true')() === true
    } catch {
      allowed = false
    }
  }
  return allowed
}
