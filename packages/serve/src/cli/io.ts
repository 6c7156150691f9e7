/** Where text goes, and what is known of the reader. */
export interface Writer {
  write(text: string): void
  /** Whether a person looks at it. */
  readonly isTTY?: boolean
  /** Width of the terminal. */
  readonly columns?: number
}

/** Where a command line reads and writes: the process's own streams, or text collected by a test. */
export interface Io {
  readonly out: Writer
  readonly err: Writer
  readonly stdin: AsyncIterable<Uint8Array>
}

/** The streams of this process. */
export const processIo: Io = { out: process.stdout, err: process.stderr, stdin: process.stdin }

/** Streams that keep what is written, for tests and for callers in the same process. */
export function memoryIo({ stdin = '', isTTY = false, columns = 80 } = {}): Io & { text(): string; errors(): string } {
  let text = ''
  let errors = ''
  return {
    out: { write: (more) => void (text += more), isTTY, columns },
    err: { write: (more) => void (errors += more), isTTY, columns },
    stdin: (async function* () {
      yield new TextEncoder().encode(stdin)
    })(),
    text: () => text,
    errors: () => errors,
  }
}
