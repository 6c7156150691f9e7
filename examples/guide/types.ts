import { app, command, mask, pii, sensitive } from '@heddle/core'
import { Email, integer, length, Money, namedType, parseType, PhoneNumber, slugify, strip } from '@heddle/types'
import { z } from 'zod'

/** A type of one's own: registered under a name, with what it takes and refuses. */
export const Sku = namedType('Sku', {
  summary: 'A stock keeping unit.',
  tags: ['article', 'product'],
  type: z.string().regex(/^[A-Z]{3}-\d{4}$/, 'Invalid SKU: expected three capitals, a dash and four digits'),
  takes: ['ABC-1234'],
  refuses: ['abc', 'ABC1234'],
})

/** In code, named types and blocks are Zod's own building blocks. */
export const Order = z.object({
  sku: Sku,
  title: z.string().check(strip(), ...length({ min: 1, max: 80 })),
  qty: integer(),
  price: Money,
})

/** The same as data, as YAML or JSON writes it. */
export const orderAsData = {
  type: 'object',
  fields: {
    sku: 'Sku',
    title: ['strip', { type: 'length', min: 1, max: 80 }],
    qty: 'integer',
    price: 'Money',
  },
}
export const OrderFromData = parseType(orderAsData)

/** Marked fields: `password` is secret, `name` and `email` say something about a person, `PhoneNumber` is marked already. */
export const SignUp = z.object({
  name: pii(z.string().check(strip())),
  email: pii(Email),
  phone: PhoneNumber.optional(),
  password: sensitive(z.string().min(12)),
})

export const signUp = command('shop.SignUp', {
  input: SignUp,
  output: z.object({ page: z.string() }),
  access: 'public',
  run({ input, ctx }) {
    ctx.log('info', `${input.email} signs up`)
    return { page: z.string().check(slugify()).parse(input.name) }
  },
})

/** What may be shown of a sign-up. */
export const shown = (input: z.infer<typeof SignUp>) => mask(SignUp, input)

export default app('shop', { parts: [signUp] })
