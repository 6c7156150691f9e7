import { Failure, type Json, type Ports } from '@heddle/core'
import { diskFailure } from '@heddle/data'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenSink } from '../sink.ts'
import { appendingFile, type Appended, partPath } from './appending.ts'
import { ndjsonText } from './encode.ts'
import { cutFile, filesIn, removeFiles, sizeOf, syncFolder } from './folder.ts'
import { fileName, numberInPart, type RollNames, rollNames } from './roll-names.ts'
import type { Rolled } from './rolling.ts'

/**
 * A file sink in a place where another one may have been before it: what that one staged gets its place first, and this one begins
 * as if there were nothing.
 *
 * @param names of files that are rolled; undefined where one file grows
 */
export function takingOver(sink: OpenSink, path: string, names: RollNames | undefined, log: Ports['log']): OpenSink {
  const isOwn = (staged: Json) => {
    const rolled = rolledOf(staged)
    return rolled ? (rolled.ending ?? names?.ending) === names?.ending : names === undefined
  }
  return {
    ...sink,
    async discard(kept) {
      if (kept === undefined || isOwn(kept)) return sink.discard!(kept)
      await leaveFiles(path, kept, log)
      return sink.discard!(undefined)
    },
    finish: (staged) => (isOwn(staged) ? sink.finish!(staged) : undefined),
  }
}

/**
 * Gives what a checkpoint holds of a file sink its place, where nobody writes on: a file that was open gets its name, and what no
 * checkpoint holds is removed. It can be done again; what somebody has taken away meanwhile is none of ours.
 *
 * @param path from the root
 */
export async function leaveFiles(path: string, staged: Json, log: Ports['log']): Promise<void> {
  const rolled = rolledOf(staged)
  if (rolled) {
    const names = rollNames(path, false)
    return leaveRolled({ ...names, ending: rolled.ending ?? names.ending }, rolled)
  }
  const appended = staged as unknown as Appended
  const sink = appendingFile(path, ndjsonText, 'none')
  await sink.discard!(staged)
  if ((await sizeOf(partPath(path, appended.epoch))) === undefined) return
  try {
    await sink.finish!(staged)
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'FileReplaced') throw thrown
    log.write('warning', `What was written aside for ${path} stays there: ${thrown.message}`)
  }
}

async function leaveRolled(names: RollNames, { number, bytes, full }: Rolled): Promise<void> {
  const { folder } = names
  for (const name of await filesIn(folder)) {
    const found = numberInPart(names, name)
    if (found === undefined) continue
    const path = join(folder, name)
    const isOpen = found === number && bytes > 0 && ((await sizeOf(path)) ?? 0) >= bytes
    if (isOpen) await cutFile(path, bytes)
    if (!isOpen && !full.includes(found)) await removeFiles(folder, [name])
    else {
      const to = join(folder, fileName(names, found))
      await rename(path, to).catch((thrown: unknown) => {
        throw diskFailure(thrown, to)
      })
    }
  }
  await syncFolder(folder)
}

/** What was staged says by itself how. */
const rolledOf = (staged: Json): Rolled | undefined =>
  'full' in (staged as object) ? (staged as unknown as Rolled) : undefined
