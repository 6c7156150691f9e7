import type { FileHandle } from 'node:fs/promises'

/** A file that is closed once nobody reads it any longer. */
export class SharedFile {
  readonly handle: FileHandle
  private readers = 0
  private retired = false

  constructor(handle: FileHandle) {
    this.handle = handle
  }

  /** Uses the file, which stays open so long. */
  async use<Value>(run: (handle: FileHandle) => Promise<Value>): Promise<Value> {
    this.readers++
    try {
      return await run(this.handle)
    } finally {
      this.readers--
      if (this.retired && this.readers === 0) await this.handle.close()
    }
  }

  /** It is not used for anything that begins from now on. */
  async retire(): Promise<void> {
    this.retired = true
    if (this.readers === 0) await this.handle.close()
  }
}
