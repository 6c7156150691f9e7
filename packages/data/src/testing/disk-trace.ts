/**
 * What a disk holds after a power cut, worked out from a trace of system calls.
 *
 * `strace -f -y -xx` records every write with its data and every sync. A file here has two contents: what was written,
 * and what a sync has made durable. A sync covers the writes that began before it began, and counts from when it
 * returned. A power cut keeps what is durable, and any of the later writes or none: a disk writes in the order it likes.
 *
 * A synced file is taken to be findable by its name, as ext4 and XFS do it.
 */

/** A change of a file that no sync covers yet. */
type Change = { readonly offset: number; readonly data: Buffer } | { readonly length: number }

interface TracedFile {
  durable: Buffer
  pending: Change[]
}

/** The disk at one moment of the trace. */
export class TracedDisk {
  readonly #files = new Map<string, TracedFile>()
  /** Per thread: what its unfinished call will make durable. */
  readonly #syncing = new Map<string, { path: string; covered: number }>()

  /**
   * Takes in one line of the trace.
   *
   * @returns what was printed to standard output, if that is what the line did
   */
  apply(line: string): string | undefined {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>/.exec(text)
    if (resumed) {
      if (/sync$/.test(resumed[1]!)) this.#synced(thread)
      return undefined
    }
    const [, name = '', fd = '', path = '', rest = ''] = /^(\w+)\((\d+)<([^>]*)>(.*)$/.exec(text) ?? []
    if (name === 'write' && fd === '1') return dataIn(rest).toString()
    if (name === 'pwrite64')
      this.#fileAt(decode(path)).pending.push({
        data: dataIn(rest),
        offset: Number(/(\d+)\)? *(?:=|<unf)/.exec(rest.slice(rest.lastIndexOf(',')))![1]),
      })
    if (name === 'ftruncate') this.#fileAt(decode(path)).pending.push({ length: Number(/(\d+)/.exec(rest)![1]) })
    if (name === 'fsync' || name === 'fdatasync') {
      const file = decode(path)
      this.#syncing.set(thread, { path: file, covered: this.#fileAt(file).pending.length })
      if (!rest.includes('<unfinished')) this.#synced(thread)
    }
    return undefined
  }

  /** The files after a power cut now. `keeps` decides for each write that no sync covers. */
  afterPowerCut(keeps: () => boolean): Map<string, Buffer> {
    const files = new Map<string, Buffer>()
    for (const [path, { durable, pending }] of this.#files) {
      const content = pending.filter(keeps).reduce(changed, durable)
      if (content.length > 0) files.set(path, content)
    }
    return files
  }

  #synced(thread: string): void {
    const sync = this.#syncing.get(thread)
    if (!sync) return
    this.#syncing.delete(thread)
    const file = this.#fileAt(sync.path)
    file.durable = file.pending.slice(0, sync.covered).reduce(changed, file.durable)
    file.pending = file.pending.slice(sync.covered)
    // Another thread's sync of the same file that is under way covers fewer of those that are left.
    for (const other of this.#syncing.values())
      if (other.path === sync.path) other.covered -= Math.min(other.covered, sync.covered)
  }

  #fileAt(path: string): TracedFile {
    let file = this.#files.get(path)
    if (!file) this.#files.set(path, (file = { durable: Buffer.alloc(0), pending: [] }))
    return file
  }
}

function changed(content: Buffer, change: Change): Buffer {
  if ('length' in change) return Buffer.concat([content.subarray(0, change.length)], change.length)
  const { offset, data } = change
  const grown = Buffer.alloc(Math.max(content.length, offset + data.length))
  content.copy(grown)
  data.copy(grown, offset)
  return grown
}

/** `strace -xx` writes every byte as `\xNN`, in names of files too. */
const decode = (text: string) => (text.includes('\\x') ? bytes(text).toString() : text)
const dataIn = (rest: string) => bytes(/"((?:\\x[0-9a-f]{2})*)"/.exec(rest)?.[1] ?? '')
const bytes = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex')
