import { isPromise, type Maybe } from '@heddle/core'
import type { Key, Row } from '@heddle/data'
import type { AskedRecord } from '../operator/async-step.ts'
import type { JobExpressions } from '../operators/job-expressions.ts'
import type { AskingHost } from './asking-steps.ts'

/** How many records of an entity are remembered (limit `enrich.remembered`), and for how long. */
const rememberedLimit = 10_000
const rememberedMs = 1000

/** Reads the record of an entity for each record; what was read a moment ago is not read again. */
export function entityReader(
  { app, entity: entityOf }: AskingHost,
  { entity: name, key: keyText }: { readonly entity: string; readonly key: string },
  expressions: JobExpressions,
) {
  const keyOf = expressions.expression(keyText)
  const entity = entityOf(name)
  const { clock } = app
  let remembered = new Map<unknown, unknown>()
  let since = clock.now()

  return (_input: unknown, { value, time, key: own }: AskedRecord): Maybe<unknown> => {
    const key = keyOf(value, time, own)
    if (key === null || key === undefined) return null
    const now = clock.now()
    if (now - since > rememberedMs || remembered.size > rememberedLimit) {
      remembered = new Map()
      since = now
    }
    if (remembered.has(key)) return remembered.get(key)
    const keep = (row: Row | undefined) => {
      const found = row === undefined ? null : entity.codec.decode(row)
      remembered.set(key, found)
      return found
    }
    const row = app.row(entity, key as Key)
    return isPromise(row) ? row.then(keep) : keep(row)
  }
}
