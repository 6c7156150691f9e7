import { closeSync, fdatasync, fstatSync, openSync, readSync, rmSync, writev } from 'node:fs'
import { join } from 'node:path'
import { folderInMemory } from '../../../harness/folder.ts'
import type { Contender } from '../../../harness/types.ts'

/** What is written, and how: of ready pieces, one `writev` and one `fdatasync` for as many records as ours writes at once. */
export const appending = (
  piecesOf: (from: number, to: number) => Buffer[],
  writeRecords: number,
): Contender<Buffer> => ({
  async open() {
    const folder = folderInMemory()
    const file = openSync(join(folder, 'log'), 'w+')
    let size = 0

    const append = (pieces: Buffer[]) =>
      new Promise<number>((resolve, reject) => {
        const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
        writev(file, pieces, (failure, written) => {
          if (failure) return reject(failure)
          if (written !== bytes) return reject(new Error(`${written} of ${bytes} bytes were written`))
          fdatasync(file, (cause) => {
            if (cause) return reject(cause)
            const at = size
            size += bytes
            resolve(at)
          })
        })
      })

    return {
      call: (record) => append([record]),
      answer(at: number) {
        const bytes = Buffer.alloc(200)
        readSync(file, bytes, 0, 200, at)
        return String(bytes)
      },
      async drive(operations) {
        for (let done = 0; done < operations; done += writeRecords) {
          await append(piecesOf(done, Math.min(done + writeRecords, operations)))
        }
      },
      close() {
        const found = fstatSync(file).size
        closeSync(file)
        rmSync(folder, { recursive: true })
        if (found !== size) throw new Error(`${size} bytes were acknowledged, ${found} are there`)
      },
    }
  },
})
