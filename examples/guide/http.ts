import { app, command, http, stream } from 'heddle'
import { z } from 'zod'

const Book = z.object({ id: z.string(), title: z.string(), year: z.int() })
const books = new Map([['b1', { id: 'b1', title: 'The Loom', year: 1901 }]])

export const addBook = command('library.AddBook', {
  summary: 'Add a book to the shelf',
  input: Book,
  output: Book,
  errors: { AlreadyThere: z.object({ id: z.string() }) },
  access: 'library:write',
  examples: [{ id: 'b2', title: 'Warp and Weft', year: 1923 }],
  run({ input, fail }) {
    if (books.has(input.id)) return fail.AlreadyThere({ id: input.id })
    books.set(input.id, input)
    return input
  },
})

export const findBooks = command('library.FindBooks', {
  kind: 'query',
  summary: 'Find books by year',
  input: z.object({ from: z.int().default(0), to: z.int().default(3000) }),
  output: z.array(Book),
  access: 'public',
  run: ({ input: { from, to } }) => [...books.values()].filter(({ year }) => year >= from && year <= to),
})

export const listTitles = command('library.ListTitles', {
  kind: 'query',
  summary: 'Tell one title after the other',
  input: z.object({}),
  output: stream(z.string(), z.object({ count: z.int() })),
  access: 'public',
  async *run() {
    for (const { title } of books.values()) yield title
    return { count: books.size }
  },
})

const librarians = new Map([['Bearer quiet-please', { id: 'ann', permissions: ['library:*'] }]])

export default app('library', {
  parts: [
    addBook,
    findBooks,
    listTitles,
    http({
      port: 0,
      routes: { 'PUT /books/{id}': addBook, 'GET /books': findBooks },
      changeRequest: ({ url }) => (url.startsWith('/api/') ? { url: url.slice('/api'.length) } : undefined),
      authenticate: (request) => librarians.get(request.header('authorization') ?? ''),
      maxAge: { 'library.FindBooks': '1m' },
    }),
  ],
})
