import type { z } from 'zod'
import type { Caster, CasterOf, CastMode } from './cast-mode.ts'
import { fits, isPlain } from './fits.ts'
import type { ZodType } from './zod-type.ts'

/**
 * Casts for the first member whose shape the value then has. A discriminator decides before, so that the errors of a
 * broken value are those of the member that was meant.
 */
export function castUnion(type: ZodType, def: z.core.$ZodUnionDef, mode: CastMode, casterOf: CasterOf): Caster {
  const members = def.options.map((member) => ({ member, cast: casterOf(member, mode) ?? ((value: unknown) => value) }))
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>
  const takes = ({ member }: (typeof members)[number], tag: unknown) =>
    discriminator !== undefined && member._zod.propValues?.[discriminator]?.has(tag as z.core.util.Primitive)

  return (value) => {
    if (discriminator !== undefined && isPlain(value)) {
      const meant = members.find((member) => takes(member, value[discriminator]))
      if (meant) return meant.cast(value)
    }
    for (const { member, cast } of members) {
      const attempt = cast(value)
      if (fits(member, attempt, mode.side)) return attempt
    }
    return value
  }
}
