import { app, command, mapped, mapper, template } from '@heddle/core'
import { z } from 'zod'

/** A template: what can be set, and the command that comes of it. */
export const normalize = template('text.Normalize', {
  summary: 'Bring text into one form',
  aliases: ['clean', 'tidy'],
  tags: ['text'],
  config: z.object({
    lower: z.boolean().default(true).describe('Make it lower case'),
    most: z.int().min(1).default(100).describe('How many characters are kept'),
  }),
  examples: [{ most: 20 }],
  build: ({ lower, most }) =>
    command('text.Normalize', {
      input: z.object({ text: z.string() }),
      output: z.string(),
      access: 'public',
      run: ({ input: { text } }) => (lower ? text.toLowerCase() : text).trim().slice(0, most),
    }),
})

/** Templates build on others. What they have built comes along by itself. */
export const slug = template('text.Slug', {
  summary: 'Make a name for an address',
  tags: ['text', 'web'],
  config: z.object({ separator: z.enum(['-', '_']).default('-') }),
  build({ separator }) {
    const clean = normalize.configure({ most: 60 }, 'text.NormalizeForSlug')
    return command('text.Slug', {
      input: z.object({ text: z.string() }),
      output: z.string(),
      access: 'public',
      calls: [clean],
      run: async ({ input, call }) => (await call(clean, input)).replaceAll(/\W+/g, separator),
    })
  },
})

export const normalizeTitle = normalize.configure({ lower: false, most: 20 }, 'blog.NormalizeTitle')
export const slugOfPost = slug.configure({}, 'blog.SlugOfPost')

/** Two domains with types of their own. */
export const Author = z.object({ first: z.string(), last: z.string() })
export const Payee = z.object({ name: z.string(), cents: z.int().positive() })

export const pay = command('billing.Pay', {
  input: Payee,
  output: z.object({ receipt: z.string() }),
  run: ({ input: { name, cents } }) => ({ receipt: `${cents} to ${name}` }),
})

/** How the type of one becomes the type of the other is said once. It is a command like any other. */
export const payeeOfAuthor = mapper('billing.PayeeOfAuthor', {
  from: Author,
  to: Payee,
  run: ({ input: { first, last } }) => ({ name: `${first} ${last}`, cents: 500 }),
})

/** `billing.Pay` as the blog calls it. The app finds the mapper by its types when it is opened. */
export const payAuthor = mapped('blog.PayAuthor', pay, { from: Author })

export const publishPost = command('blog.PublishPost', {
  input: z.object({ title: z.string(), author: Author }),
  output: z.object({ slug: z.string(), receipt: z.string() }),
  access: 'blog:publish',
  calls: [normalizeTitle, slugOfPost, payAuthor],
  async run({ input: { title, author }, call }) {
    const text = await call(normalizeTitle, { text: title })
    const { receipt } = await call(payAuthor, author)
    return { slug: await call(slugOfPost, { text }), receipt }
  },
})

export default app('blog', { parts: [normalize, slug, pay, payeeOfAuthor, publishPost] })
