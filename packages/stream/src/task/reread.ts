import { Issues } from '@heddle/core'
import { valueCheck } from '../decode/check-value.ts'
import { JsonBatch, jsonDecoder } from '../source/json-batch.ts'
import type { OpenSource, Reread, SourceHost, UnreadRecord } from '../source/source.ts'

/** What reading a record anew needs. */
export interface Rereading extends Pick<SourceHost, 'schema' | 'decode' | 'needed'> {
  readonly open: OpenSource
}

/** Reads what a source could not read, as the source is declared now: a text is decoded, any other value checked. */
export function reread(
  { open, ...host }: Rereading,
  { input, ...from }: Pick<UnreadRecord, 'input' | 'origin' | 'columns'>,
): Reread {
  const read = open.readLetter?.(input, from)
  if (read !== undefined) return read
  if (typeof input === 'string') {
    const batch = new JsonBatch()
    batch.add(input, { origin: '' })
    const { values, unread } = batch.decode(jsonDecoder(host as SourceHost))
    return unread === undefined ? { ok: true, value: values[0] } : { ok: false, errors: unread[0]!.errors }
  }
  const check = valueCheck(host.schema, 'json')
  const checked = check === undefined ? input : check.run(input)
  if (!(checked instanceof Issues)) return { ok: true, value: checked }
  const errors = check!.failures(checked, input).map(({ code, message, path }) => ({ code, message, path: [...path] }))
  return { ok: false, errors: errors as never }
}
