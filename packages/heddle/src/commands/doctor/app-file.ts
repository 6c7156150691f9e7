import type { CommandSection } from '@heddle/core'
import { type Check, fail, messageOf, ok } from './finding.ts'

/** Whether the app loads and fits together. */
export const checkApp: Check = async ({ app }) => {
  try {
    const { name, manifest } = await app()
    const { parts, hash } = manifest()
    const sections = Object.values(parts.command ?? {}) as unknown as CommandSection[]
    // Those of the domain heddle come from the tool: nobody has written them.
    const count = sections.filter(({ domain }) => domain !== 'heddle').length
    return ok('app', `${name}, ${count} ${count === 1 ? 'command' : 'commands'}, manifest ${hash.slice(0, 12)}`)
  } catch (thrown) {
    return fail('app', messageOf(thrown), 'Correct the file that is named.')
  }
}
