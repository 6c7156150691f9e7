import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Check, fail, messageOf, ok, warn } from './finding.ts'

const mebibyte = 1024 * 1024
/** Below this nothing can be written for long. */
const leastFreeBytes = 64 * mebibyte
/** Below this somebody should look. */
const fewFreeBytes = 1024 * mebibyte

/** Whether the data folder can be written, or made. */
export const checkFolder: Check = async ({ folder }) => {
  const present = await nearest(folder)
  try {
    await access(present, constants.W_OK)
  } catch {
    return fail(
      'data folder',
      `${present} cannot be written`,
      'Check its owner and mode, or name another with --folder.',
    )
  }
  if (!(await stat(present)).isDirectory())
    return fail('data folder', `${present} is a file`, 'Name another with --folder.')
  return ok('data folder', present === folder ? folder : `${folder} (not there yet, can be made)`)
}

/** Whether the disk has room. */
export const checkDisk: Check = async ({ folder }) => {
  try {
    const { bavail, bsize } = await statfs(await nearest(folder))
    const free = bavail * bsize
    const detail = `${Math.floor(free / mebibyte).toLocaleString('en-US')} MiB free`
    if (free < leastFreeBytes) return fail('disk', detail, 'Make space: writes are refused when the disk is full.')
    return free < fewFreeBytes ? warn('disk', detail, 'Make space soon.') : ok('disk', detail)
  } catch (thrown) {
    return warn('disk', messageOf(thrown), 'Look at the free space yourself.')
  }
}

/** The folder, or the nearest above it that is there. */
async function nearest(folder: string): Promise<string> {
  for (let current = folder; ; current = dirname(current)) {
    const found = await stat(current).catch(() => undefined)
    if (found || dirname(current) === current) return current
  }
}
