import type { Readable, Writable } from 'node:stream'

/** Where text goes, and what is known of the reader. */
export interface Writer {
  write(text: string): void
  /** Whether a person looks at it. */
  readonly isTTY?: boolean
  /** Width of the terminal. */
  readonly columns?: number
}

/** A person who can be asked: what they type, and where the questions stand. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

/** Where a command line reads and writes: the process's own streams, or text collected by a test. */
export interface Io {
  readonly out: Writer
  readonly err: Writer
  readonly stdin: AsyncIterable<Uint8Array>
  /** Missing where nobody sits before it. */
  readonly terminal?: Terminal
}

/** The streams of this process. */
export const processIo: Io = {
  out: process.stdout,
  err: process.stderr,
  stdin: process.stdin,
  // Questions stand beside the errors, so that the output can go into a file or a pipe.
  get terminal() {
    const isThere = process.stdin.isTTY && process.stderr.isTTY
    return isThere ? { input: process.stdin, output: process.stderr } : undefined
  },
}

/** Streams that keep what is written, for tests and for callers in the same process. */
export function memoryIo({
  stdin = '',
  isTTY = false,
  columns = 80,
  terminal,
}: { stdin?: string; isTTY?: boolean; columns?: number; terminal?: Terminal } = {}): Io & {
  text(): string
  errors(): string
} {
  let text = ''
  let errors = ''
  return {
    out: { write: (more) => void (text += more), isTTY, columns },
    err: { write: (more) => void (errors += more), isTTY, columns },
    terminal,
    stdin: (async function* () {
      yield new TextEncoder().encode(stdin)
    })(),
    text: () => text,
    errors: () => errors,
  }
}
