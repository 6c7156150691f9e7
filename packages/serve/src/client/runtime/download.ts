/** A file that comes. It passes once: take one of the ways to read it. */
export interface Download {
  readonly name: string | undefined
  readonly type: string
  /** Where it is known. */
  readonly sizeBytes: number | undefined
  /** As it comes; throws when the connection breaks. */
  stream(): ReadableStream<Uint8Array>
  blob(): Promise<Blob>
  bytes(): Promise<Uint8Array>
  text(): Promise<string>
}

/** The file that an answer is. */
export function downloaded(response: Response): Download {
  const { headers } = response
  const length = headers.get('content-length')
  return {
    name: fileName(headers.get('content-disposition') ?? ''),
    type: headers.get('content-type') ?? '',
    sizeBytes: length === null ? undefined : Number(length),
    stream: () => response.body ?? new Blob([]).stream(),
    blob: () => response.blob(),
    bytes: async () => new Uint8Array(await response.arrayBuffer()),
    text: () => response.text(),
  }
}

/** The name in `Content-Disposition` (RFC 6266), the one in UTF-8 before the other. */
function fileName(header: string): string | undefined {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(header) ?? []
  if (encoded !== undefined) return decodeURIComponent(encoded)
  const [, quoted] = /filename="((?:[^"\\]|\\.)*)"/i.exec(header) ?? []
  return quoted?.replaceAll(/\\(.)/g, '$1')
}
