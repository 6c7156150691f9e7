import { Failure } from '@heddle/core'
import { findOwner } from '@heddle/data'
import { isAnswered, localSocketPath } from '@heddle/serve'
import { type Check, fail, messageOf, ok, warn } from './finding.ts'

/** Who owns the data folder, and whether it answers calls from beside. */
export const checkOwner: Check = async ({ folder }) => {
  try {
    const answered = await isAnswered(localSocketPath(folder))
    const owner = findOwner(folder)
    if (!owner) return ok('owner', answered ? 'a process without a database serves it' : 'nobody serves the folder')
    if (owner.pid === process.pid || answered)
      return ok('owner', `process ${owner.pid} serves the folder, calls go to it`)
    return warn('owner', `process ${owner.pid} holds the folder and answers no calls`, 'Wait for it, or stop it.')
  } catch (thrown) {
    const usual = 'Check the owner and mode of owner.db in the data folder.'
    return fail('owner', messageOf(thrown), (thrown instanceof Failure && thrown.help) || usual)
  }
}
