import { type FSWatcher, watch } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Watches files by their folders: editors often replace a file instead of writing it, and a watch on the file itself
 * would stay with the old one. A file that is new in a watched folder counts too: it may be the one that was missing.
 */
export class WatchedFiles {
  readonly #folders = new Map<string, FSWatcher>()
  readonly #onChange: (file: string) => void

  constructor(onChange: (file: string) => void) {
    this.#onChange = onChange
  }

  add(file: string): void {
    const folder = dirname(file)
    if (this.#folders.has(folder)) return
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null && isSource(name)) this.#onChange(join(folder, name))
      })
      watcher.on('error', () => this.#drop(folder))
      this.#folders.set(folder, watcher)
    } catch {
      // The folder of an import that does not exist: the importing file is watched, and saving it tries again.
    }
  }

  close(): void {
    for (const folder of this.#folders.keys()) this.#drop(folder)
  }

  #drop(folder: string): void {
    this.#folders.get(folder)?.close()
    this.#folders.delete(folder)
  }
}

const isSource = (name: string) => /\.(?:[cm]?[jt]s|json|ya?ml|sql)$|^\.env/.test(name)
