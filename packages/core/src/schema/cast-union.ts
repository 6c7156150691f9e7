import { z } from 'zod'
import type { Caster, CasterOf, CastMode } from './cast-mode.ts'
import { fits, isPlain } from './fits.ts'
import { runsCode } from './runs-code.ts'
import type { ZodType } from './zod-type.ts'

/**
 * Casts for the first member that takes the value then, else for the first whose shape it has, so that the errors of a
 * broken value are those of the member that was meant; a discriminator says which that is. Members whose check runs code
 * of their author are only asked for their shape.
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
    const attempts: unknown[] = []
    for (const { member, cast } of members) {
      const attempt = cast(value)
      if (!fits(member, attempt, mode.side)) continue
      if (runsCode(member) || z.safeParse(member, attempt).success) return attempt
      attempts.push(attempt)
    }
    return attempts.length > 0 ? attempts[0] : value
  }
}
