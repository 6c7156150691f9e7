import { Defect, type Schema } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity } from './entity.ts'
import type { AnyRecord } from './record-codec.ts'

/** Checks values before they are written. */
export interface RecordCheck {
  /** A whole record with its defaults. @throws {Defect} InvalidRecord */
  whole(values: object): AnyRecord
  /** Some fields but the key. @throws {Defect} InvalidRecord */
  patch(key: unknown, values: object): AnyRecord
}

/** What is written must fit the types: a value that does not is a mistake in the command, since its input was checked. */
export function recordCheck({ name, table, fields }: Pick<AnyEntity, 'name' | 'table' | 'fields'>): RecordCheck {
  const shape = fields as Record<string, z.ZodType>
  const type = z.strictObject(shape)

  return {
    whole(values) {
      const checked = type.safeParse(values)
      if (checked.success) return checked.data
      throw invalid((values as AnyRecord)[table.key], checked.error)
    },
    patch(key, values) {
      const patch: Record<string, unknown> = {}
      for (const [field, value] of Object.entries(values)) {
        const fieldType: Schema | undefined = Object.hasOwn(shape, field) ? shape[field] : undefined
        if (!fieldType) throw invalid(key, `there is no field "${field}"`)
        if (field === table.key && value !== key) throw invalid(key, 'the key cannot change')
        const checked = (fieldType as z.ZodType).safeParse(value)
        if (!checked.success) throw invalid(key, checked.error, field)
        patch[field] = checked.data
      }
      return patch
    },
  }

  function invalid(key: unknown, error: z.ZodError | string, field?: string): Defect {
    const reason =
      typeof error === 'string'
        ? error
        : error.issues
            .map(({ path, message }) => `${[...(field ? [field] : []), ...path].join('/')}: ${message}`)
            .join('; ')
    return new Defect('InvalidRecord', { entity: name, key: key === undefined ? 'without key' : key, reason })
  }
}
