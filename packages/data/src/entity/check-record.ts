import { type CompiledSchema, compileSchema, Defect, Issues, toldIssue } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity } from './entity.ts'
import type { AnyRecord } from './record-codec.ts'
import { toldKey } from './told-key.ts'

/** Checks values before they are written. */
export interface RecordCheck {
  /** A whole record with its defaults. @throws {Defect} InvalidRecord */
  whole(values: object): AnyRecord
  /** Some fields but the key. @throws {Defect} InvalidRecord */
  patch(key: unknown, values: object): AnyRecord
}

/**
 * What is written must fit the types: a value that does not is a mistake in the command, since its input was checked.
 * The types are compiled at the first write.
 */
export function recordCheck({ name, table, ownFields }: Pick<AnyEntity, 'name' | 'table' | 'ownFields'>): RecordCheck {
  const shape = ownFields as Record<string, z.ZodType>
  const type = z.strictObject(shape)
  const whole = compileSchema(type)
  const compiled = new Map<string, CompiledSchema<unknown>>()
  for (const [field, type] of Object.entries(shape)) compiled.set(field, compileSchema(type))

  return {
    whole(values) {
      const checked = whole.run(values)
      if (checked instanceof Issues) throw invalid((values as AnyRecord)[table.key], checked)
      return checked as AnyRecord
    },
    patch(key, values) {
      const patch: Record<string, unknown> = {}
      for (const [field, value] of Object.entries(values)) {
        const check = compiled.get(field)
        if (!check) throw invalid(key, `there is no field "${field}"`)
        if (field === table.key && value !== key) throw invalid(key, 'the key cannot change')
        const checked = check.run(value)
        if (checked instanceof Issues) throw invalid(key, checked, field)
        patch[field] = checked
      }
      return patch
    },
  }

  function invalid(key: unknown, error: Issues | string, field?: string): Defect {
    const reason =
      typeof error === 'string'
        ? error
        : error.issues
            .map((issue) => toldIssue(type, { ...issue, path: field ? [field, ...issue.path] : issue.path }))
            .map(({ path, message }) => `${path.join('/')}: ${message}`)
            .join('; ')
    const told = key === undefined ? 'without key' : toldKey({ ownFields, table }, key)
    return new Defect('InvalidRecord', { entity: name, key: told, reason })
  }
}
