import { command, error, file, sensitive } from '@heddle/core'
import { z } from 'zod'

/** A command for the tests of forms: its input has one field of each kind. */

interface Branch {
  readonly name: string
  readonly branches: readonly Branch[]
}
const Branch: z.ZodType<Branch> = z.object({ name: z.string().min(1), branches: z.array(z.lazy(() => Branch)) })

/** As `Money` of the named types is described. */
const Money = z.object({ minor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) }).meta({ 'x-type': 'Money' })

const Kit = z.object({
  name: z.string().min(1).max(40).describe('As it stands on the box'),
  about: z.string().max(2000).optional(),
  mail: z.email(),
  page: z.url().nullable(),
  pin: sensitive(z.string()),
  count: z.int().min(2).max(9).default(3),
  ratio: z.number().optional(),
  big: z.int64(),
  day: z.iso.date(),
  from: z.date(),
  until: z.iso.datetime().optional(),
  price: Money,
  size: z.enum(['small', 'large']),
  colour: z.enum(['red', 'blue']).nullable(),
  isGift: z.boolean(),
  isFragile: z.boolean().optional(),
  photo: file({ types: ['image/png'] }).optional(),
  tags: z.array(z.string().min(1)).min(1),
  parts: z.array(z.object({ sku: z.string().min(1), count: z.int().positive() })),
  place: z.object({ street: z.string().min(1), town: z.string().min(1) }).optional(),
  sizes: z.record(z.string(), z.int()),
  pair: z.tuple([z.string(), z.number()]),
  way: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('post'), street: z.string().min(1) }),
    z.object({ kind: z.literal('pickUp'), at: z.date() }),
  ]),
  tree: Branch,
  more: z.unknown().optional(),
})

export const makeKit = command('kit.MakeKit', {
  summary: 'Make a kit',
  input: Kit,
  output: z.object({ made: z.string() }),
  errors: { NoBox: error(z.object({ size: z.string() }), { message: 'There is no box of the size {size}.' }) },
  access: 'public',
  async run({ input: { photo, pin: _pin, ...kit }, fail }) {
    if (kit.name === 'huge') return fail.NoBox({ size: kit.size })
    const all = { ...kit, photo: photo && `${photo.name} ${await photo.text()}` }
    return { made: JSON.stringify(all, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)) }
  },
})

export const dropKit = command('kit.DropKit', {
  summary: 'Throw a kit away',
  input: z.object({ name: z.string().min(1) }),
  output: z.void(),
  access: 'public',
  destructive: true,
  run: () => undefined,
})

export const kitApp = [makeKit, dropKit] as const
