import { type FileFacts, StreamedFile } from './streamed-file.ts'

/** What a file can be made of. A text is base64, or a `data:` URL with its type. */
export type FileSource = StreamedFile | Blob | Uint8Array | string | AsyncIterable<Uint8Array>

/**
 * Makes a file.
 *
 * @throws {TypeError} when a text is neither base64 nor a `data:` URL
 * @example fileFrom(await openAsBlob('cat.png', { type: 'image/png' }), { name: 'cat.png' })
 */
export function fileFrom(source: FileSource, facts: FileFacts = {}): StreamedFile {
  if (source instanceof StreamedFile) return source.with(facts)
  if (source instanceof Blob) return fromBlob(source, facts)
  if (typeof source === 'string') return fromText(source, facts)
  if (source instanceof Uint8Array) return fromBytes(source, facts)
  return new StreamedFile(() => source, facts)
}

function fromBlob(blob: Blob, facts: FileFacts): StreamedFile {
  const name = 'name' in blob && typeof blob.name === 'string' ? { name: blob.name } : {}
  return new StreamedFile(
    (range) => (range ? blob.slice(range.start, range.end) : blob).stream(),
    { ...name, type: blob.type, sizeBytes: blob.size, ...facts },
    { isRepeatable: true },
  )
}

function fromBytes(bytes: Uint8Array, facts: FileFacts): StreamedFile {
  const open = async function* (range = { start: 0, end: bytes.byteLength }) {
    if (range.end > range.start) yield bytes.subarray(range.start, range.end)
  }
  return new StreamedFile(open, { sizeBytes: bytes.byteLength, ...facts }, { isRepeatable: true })
}

function fromText(text: string, facts: FileFacts): StreamedFile {
  const [, type, base64 = text] = /^data:([\w.+/-]*)(?:;[\w=.-]+)*?;base64,(.*)$/s.exec(text) ?? []
  if (!isBase64(base64)) throw new TypeError('it is neither base64 nor a data: URL')
  return fromBytes(Buffer.from(base64, 'base64'), { ...(type && { type }), ...facts })
}

/** Whether a text is base64, whole and nothing else. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

/** Whether a value can be made a file of. */
export function isFileSource(value: unknown): value is FileSource {
  if (typeof value === 'string') return isBase64(value.replace(/^data:[^,]*;base64,/, ''))
  return value instanceof StreamedFile || value instanceof Blob || value instanceof Uint8Array
}

/** A file as a `data:` URL, for places that hold text only. */
export async function toDataUrl(file: StreamedFile): Promise<string> {
  return `data:${file.type};base64,${Buffer.from(await file.bytes()).toString('base64')}`
}
