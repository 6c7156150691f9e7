import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place in memory where there is one: what is compared is CPU time, not somebody's disk. */
export const inMemory: string = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A new folder in memory. */
export const folderInMemory = (): string => mkdtempSync(join(inMemory, 'heddle-bench-'))
