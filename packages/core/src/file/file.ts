import { z } from 'zod'
import type { Schema } from '../schema/schema.ts'
import { type FileSource, fileFrom, isFileSource } from './file-from.ts'
import type { StreamedFile } from './streamed-file.ts'

/** Which files a type takes. */
export interface FileOptions {
  /** More bytes are refused, at the latest when they come (limit `file.maxBytes`). @default 100 MiB */
  readonly maxBytes?: number
  /** Media types, e.g. `image/png` or `image/*`. @default any */
  readonly types?: readonly string[]
}

/** What a type of file takes, with its defaults. */
export type FileRules = Required<FileOptions>

const usualMaxBytes = 100 * 1024 * 1024
const known = new WeakMap<object, FileRules>()

/**
 * A file, streamed: the command gets its bytes as they arrive, and a command that gives one sends them as they are read.
 *
 * Over HTTP it is a part of a form (multipart/form-data), or the body itself; in JSON it is base64 or a `data:` URL; on
 * the command line `@path`; in code a `Blob`, bytes or a `StreamedFile`. The media type is what the sender says.
 *
 * @example input: z.object({ title: z.string(), photo: file({ maxBytes: 10_000_000, types: ['image/*'] }) })
 */
export function file({ maxBytes = usualMaxBytes, types = [] }: FileOptions = {}): z.ZodType<StreamedFile, FileSource> {
  const rules: FileRules = { maxBytes, types }
  const type = z.custom<FileSource>(isFileSource, 'a file was expected').transform((source, ctx) => {
    const given = fileFrom(source)
    if (given.sizeBytes !== undefined && given.sizeBytes > maxBytes) {
      ctx.issues.push({ code: 'too_big', origin: 'file', maximum: maxBytes, inclusive: true, input: source })
    }
    if (!takes(rules, given.type)) {
      ctx.issues.push({ code: 'invalid_value', values: [...types], input: given.type })
    }
    return given.within(maxBytes)
  })
  known.set(type, rules)
  return type
}

/** The rules of a type of file; undefined for any other type. */
export function fileRules(schema: Schema | z.core.$ZodType): FileRules | undefined {
  for (let type: z.core.$ZodType | undefined = schema as z.core.$ZodType; type; type = type._zod.parent) {
    const rules = known.get(type)
    if (rules) return rules
  }
  return undefined
}

/** Whether a media type is among those that are taken. */
export function takes({ types }: FileRules, type: string): boolean {
  const [plain = ''] = type.toLowerCase().split(';')
  const [kind] = plain.split('/')
  return types.length === 0 || types.some((wanted) => wanted === plain.trim() || wanted === `${kind}/*`)
}
