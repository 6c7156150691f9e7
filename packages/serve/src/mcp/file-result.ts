import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server'
import { type AnyFailure, Failure, type StreamedFile } from '@heddle/core'
import { tooLargeAnswer } from '../http/file/too-large-answer.ts'
import { bareName } from '../http/file/file-name.ts'

/** A file as the result of a tool: as picture or sound where it is one, else as a resource that holds its content. */
export async function fileResult(file: StreamedFile, maxBytes: number): Promise<CallToolResult | AnyFailure> {
  const bytes = await bytesOf(file, maxBytes)
  if (bytes instanceof Failure) return bytes
  return { content: [blockOf(file, bytes)] }
}

/** The content of a file for `resources/read`, as text where its type is one. */
export function fileContents(uri: string, { type }: Pick<StreamedFile, 'type'>, bytes: Buffer) {
  return isText(type)
    ? { uri, mimeType: type, text: bytes.toString('utf8') }
    : { uri, mimeType: type, blob: bytes.toString('base64') }
}

/** The bytes of a file, or the failure `TooLarge` as soon as there are more than may be sent in one piece. */
export async function bytesOf(file: StreamedFile, maxBytes: number): Promise<Buffer | AnyFailure> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of file.stream()) {
    size += chunk.byteLength
    if (size > maxBytes) return tooLargeAnswer({ limit: maxBytes, name: 'mcp.maxFileBytes' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A file as content: a picture or a sound where it is one, else a resource. */
export function blockOf(
  file: Pick<StreamedFile, 'type'> & { readonly name?: string | undefined },
  bytes: Buffer,
): ContentBlock {
  const [kind] = file.type.split('/', 1)
  if (kind === 'image' || kind === 'audio') {
    return { type: kind, data: bytes.toString('base64'), mimeType: file.type }
  }
  const uri = `heddle://files/${encodeURIComponent(bareName(file.name ?? '') ?? 'file')}`
  return { type: 'resource', resource: fileContents(uri, file, bytes) }
}

const isText = (type: string) => /^text\/|^application\/(?:[\w.-]+\+)?(?:json|xml)\b/i.test(type)
