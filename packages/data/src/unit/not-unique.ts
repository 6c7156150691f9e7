import { systemFailure } from '@heddle/core'

/** A record with this value is there already. */
export const notUnique = (entity: string, fields: readonly string[]) =>
  systemFailure('NotUnique', { entity, field: fields.join(', ') })
