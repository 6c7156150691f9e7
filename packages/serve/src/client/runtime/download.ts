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

/** The name in `Content-Disposition` (RFC 6266), the one in UTF-8 before the other; never with folders, nor with another line. */
function fileName(header: string): string | undefined {
  const [, encoded] = /filename\*=UTF-8''([^;]+)/i.exec(header) ?? []
  const [, quoted] = /filename="((?:[^"\\]|\\.)*)"/i.exec(header) ?? []
  const told = (encoded === undefined ? undefined : decoded(encoded)) ?? quoted?.replaceAll(/\\(.)/g, '$1')
  const name = told
    ?.split(/[/\\]/)
    .at(-1)!
    .replaceAll(/\p{Cc}/gu, '_')
  return name === undefined || /^\.{0,2}$/.test(name) ? undefined : name
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
