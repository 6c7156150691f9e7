import { z } from 'zod'
import type { Random } from './random.ts'
import { Point, texts } from './values.ts'

type Make = (random: Random) => z.ZodType

// A message sometimes, and sometimes an abort, at each place where Zod takes one.
const words = (random: Random): { error?: z.core.$ZodErrorMap | string; abort?: boolean } => {
  if (random.chance(0.7)) return {}
  const error = random.pick([
    'plain',
    (issue: z.core.$ZodRawIssue) => `${issue.code} at ${(issue.path ?? []).map(String).join('.')}`,
    () => undefined,
  ])
  return { error, ...(random.chance(0.4) && { abort: true }) }
}

type StringCheck = (random: Random) => z.core.$ZodCheck<string>

const stringChecks: StringCheck[] = [
  (r) => z.minLength(r.below(5), words(r)),
  (r) => z.maxLength(r.below(5), words(r)),
  (r) => z.length(r.below(5), words(r)),
  (r) => z.regex(r.pick([/^[a-z]+$/, /a/g, /b/y, /^.$/u]), words(r)),
  (r) => z.lowercase(words(r)),
  (r) => z.uppercase(words(r)),
  (r) => z.includes(r.pick(['a', 'b', '']), r.chance(0.3) ? { position: 1, ...words(r) } : words(r)),
  (r) => z.startsWith('a', words(r)),
  (r) => z.endsWith('c', words(r)),
  () => z.trim(),
  () => z.toLowerCase(),
  () => z.toUpperCase(),
  () => z.normalize(),
  () => z.slugify(),
  () => z.overwrite((text: string) => text.slice(1)),
  (r) =>
    z.refine((text) => (text as string | undefined)?.length !== 2, {
      ...words(r),
      ...(r.chance(0.2) && { path: ['deep', 0], params: { x: 1 } }),
      ...(r.chance(0.2) && { when: () => true }),
    }) as never,
  (r) => {
    const goOn = r.chance(0.5)
    return z.superRefine((text: string, context) => {
      if (text.includes('b')) context.addIssue('no b')
      if (text === 'abc') context.addIssue({ code: 'custom', message: 'abc', continue: goOn, path: ['p'] } as never)
    }) as never
  },
  () =>
    z.check((payload: z.core.ParsePayload<string>) => {
      if (payload.value === 'a') payload.issues.push({ code: 'custom', input: payload.value, message: 'a' } as never)
      if (payload.value === 'ab') payload.value = 'ba'
    }) as never,
  () => z.describe('text') as never,
  () => z.property('length', z.number().max(3)) as never,
  (r) => r.pick([z.email(), z.uuid(), z.iso.date(), z.iso.datetime(), z.url()]) as never,
]

const numberChecks: StringCheck[] = [
  (r) => z.lt(r.below(5), words(r)) as never,
  (r) => z.lte(r.below(5), words(r)) as never,
  (r) => z.gt(r.below(5), words(r)) as never,
  (r) => z.gte(r.below(5) - 2, words(r)) as never,
  (r) => z.multipleOf(r.pick([1, 2, 0.1, 0]), words(r)) as never,
  (r) => z.int(words(r)) as never,
  (r) => z.int32(words(r)) as never,
  () => z.overwrite((one: number) => one + 1) as never,
  (r) => z.refine((one) => one !== 3, words(r)) as never,
]

const bigintChecks: StringCheck[] = [
  (r) => z.lte(BigInt(r.below(5)), words(r)) as never,
  (r) => z.gt(BigInt(r.below(5)), words(r)) as never,
  (r) => z.multipleOf(r.pick([1n, 2n]), words(r)) as never,
]

const dateChecks: StringCheck[] = [
  (r) => z.lte(new Date(1e12), words(r)) as never,
  (r) => z.gt(new Date(5), words(r)) as never,
]

export const some = (random: Random, schema: z.ZodType, checks: readonly StringCheck[]): z.ZodType => {
  const count = random.pick([0, 0, 0, 1, 1, 2, 3])
  return count === 0
    ? schema
    : schema.check(...Array.from({ length: count }, () => random.pick(checks)(random) as never))
}

const format =
  (make: (params: object) => z.ZodType): Make =>
  (r) =>
    some(r, make(words(r)), stringChecks)

/** One maker per class without parts. */
export const leaves: Record<string, Make> = {
  ZodString: (r) => some(r, r.chance(0.1) ? z.coerce.string() : z.string(words(r)), stringChecks),
  ZodStringFormat: (r) => r.pick([z.hostname(words(r)), z.hex(words(r)), z.hash('md5')]),
  ZodCustomStringFormat: (r) => z.stringFormat('odd', (text) => text.length % 2 === 1, words(r)),
  ZodEmail: format((p) => z.email(p)),
  ZodGUID: format((p) => z.guid(p)),
  ZodUUID: (r) => format((p) => r.pick([z.uuid(p), z.uuidv4(p), z.uuidv7(p)]))(r),
  ZodURL: (r) =>
    format((p) =>
      r.pick([z.url(p), z.httpUrl(p), z.url({ ...p, normalize: true }), z.url({ ...p, hostname: /^example/ })]),
    )(r),
  ZodEmoji: format((p) => z.emoji(p)),
  ZodNanoID: format((p) => z.nanoid(p)),
  ZodCUID: format((p) => z.cuid(p)),
  ZodCUID2: format((p) => z.cuid2(p)),
  ZodULID: format((p) => z.ulid(p)),
  ZodXID: format((p) => z.xid(p)),
  ZodKSUID: format((p) => z.ksuid(p)),
  ZodIPv4: format((p) => z.ipv4(p)),
  ZodIPv6: format((p) => z.ipv6(p)),
  ZodMAC: format((p) => z.mac(p)),
  ZodCIDRv4: format((p) => z.cidrv4(p)),
  ZodCIDRv6: format((p) => z.cidrv6(p)),
  ZodBase64: format((p) => z.base64(p)),
  ZodBase64URL: format((p) => z.base64url(p)),
  ZodE164: format((p) => z.e164(p)),
  ZodCreditCard: format((p) => z.creditCard(p)),
  ZodIBAN: format((p) => z.iban(p)),
  ZodJWT: (r) => z.jwt(r.chance(0.5) ? { alg: 'HS256' } : words(r)),
  ZodISODateTime: (r) =>
    format((p) =>
      z.iso.datetime({
        ...p,
        ...r.pick([
          {},
          { offset: true },
          { local: true },
          { precision: 3 },
          { precision: 0 },
          { precision: -1, local: true, offset: true },
        ]),
      }),
    )(r),
  ZodISODate: format((p) => z.iso.date(p)),
  ZodISOTime: (r) => z.iso.time(r.pick([{}, { precision: 0 }])),
  ZodISODuration: format((p) => z.iso.duration(p)),
  ZodNumber: (r) => some(r, r.chance(0.1) ? z.coerce.number() : z.number(words(r)), numberChecks),
  ZodNumberFormat: (r) =>
    some(r, r.pick([z.int(words(r)), z.int32(words(r)), z.uint32(), z.float32(), z.float64()]), numberChecks),
  ZodBoolean: (r) => (r.chance(0.1) ? z.coerce.boolean() : z.boolean(words(r))),
  ZodBigInt: (r) => some(r, r.chance(0.1) ? z.coerce.bigint() : z.bigint(words(r)), bigintChecks),
  ZodBigIntFormat: (r) => some(r, r.pick([z.int64(words(r)), z.uint64()]), bigintChecks),
  ZodSymbol: (r) => z.symbol(words(r)),
  ZodUndefined: (r) => z.undefined(words(r)),
  ZodNull: (r) => z.null(words(r)),
  ZodAny: () => z.any(),
  ZodUnknown: () => z.unknown(),
  ZodNever: (r) => z.never(words(r)),
  ZodVoid: (r) => z.void(words(r)),
  ZodDate: (r) => some(r, r.chance(0.1) ? z.coerce.date() : z.date(words(r)), dateChecks),
  ZodNaN: (r) => z.nan(words(r)),
  ZodEnum: (r) =>
    r.pick([
      z.enum(['a', 'b', 'abc'], words(r)),
      z.enum({ One: 1, Two: 'a' }),
      z.enum(texts as [string, ...string[]]),
      z.enum(['a', 'b', 'c']).exclude(['c']),
    ]),
  ZodLiteral: (r) =>
    r.pick([
      z.literal('a', words(r)),
      z.literal([1, 'b', null]),
      z.literal(0),
      z.literal([undefined, true]),
      z.literal(10n),
      z.literal(NaN as never),
    ]),
  ZodFile: (r) => (r.chance(0.5) ? z.file() : z.file().min(2).mime('text/plain')),
  ZodTemplateLiteral: () => z.templateLiteral(['a', z.enum(['b', '.b']), z.string()]),
  ZodCustom: (r) =>
    r.pick([
      z.custom<string>((one) => one !== 'a', words(r)),
      z.custom(),
      z.custom((one) => typeof one === 'string').refine((one) => one !== 'ab'),
    ]),
  ZodInstanceOf: (r) =>
    r.pick([z.instanceof(Point, words(r)), z.instanceof(Point).properties({ x: z.number().max(0) })]),
}
