import { type Check, fail, messageOf, ok } from './finding.ts'

/** Whether the app loads and fits together. */
export const checkApp: Check = async ({ app }) => {
  try {
    const { name, manifest } = await app()
    const { parts, hash } = manifest()
    const count = Object.values(parts.command ?? {}).length
    return ok('app', `${name}, ${count} commands, manifest ${hash.slice(0, 12)}`)
  } catch (thrown) {
    return fail('app', messageOf(thrown), 'Correct the file that is named.')
  }
}
