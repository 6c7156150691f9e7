import { Defect, type Schema } from '@heddle/core'
import { z } from 'zod'
import type { Fields, Switches } from './types.ts'

/** The fields that the switches of an entity add. Heddle alone writes them. */
export const switchFields: Readonly<Record<keyof Switches, Readonly<Record<string, Schema>>>> = {
  softDelete: { deletedAt: z.date().optional() },
  timestamps: { createdAt: z.date(), updatedAt: z.date() },
  versions: { version: z.int().default(1) },
}

/**
 * The fields of an entity with those that its switches add.
 *
 * @throws {Defect} InvalidDefinition when a field has the name of one that is added
 */
export function wholeFields(name: string, fields: Fields, switches: Switches): Fields {
  let whole = fields
  for (const [key, added] of Object.entries(switchFields)) {
    if (!switches[key as keyof Switches]) continue
    for (const field of Object.keys(added)) {
      if (!Object.hasOwn(fields, field)) continue
      const reason = `the field "${field}" is added by \`${key}: true\`; remove it or the switch`
      throw new Defect('InvalidDefinition', { name: `entity ${name}`, reason })
    }
    whole = { ...whole, ...added }
  }
  return whole
}
