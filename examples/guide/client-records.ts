import {
  aggregate,
  app,
  command,
  entity,
  expose,
  http,
  listOf,
  recordKey,
  recordOf,
  ref,
  repository,
  sqlite,
} from 'heddle'
import { z } from 'zod'

const Author = entity('library.Author', { key: 'id', fields: { id: z.string(), name: z.string() } })
const Book = entity('library.Book', {
  key: 'id',
  fields: { id: z.string(), title: z.string(), author: ref(Author), printedAt: z.date() },
})
const Authors = repository(Author)
const Books = repository(Book)

const addAuthor = command('library.AddAuthor', {
  summary: 'Add somebody who writes',
  input: z.object({ id: z.string(), name: z.string() }),
  output: recordKey(Authors).type,
  access: 'public',
  uses: [Authors],
  run: ({ input, ctx }) => ctx.use(Authors).insert(input).id,
})

const addBook = command('library.AddBook', {
  summary: 'Add a book to the shelf',
  input: z.object({ id: z.string(), title: z.string(), author: ref(Author), printedAt: z.date() }),
  output: recordOf(Book),
  access: 'public',
  uses: [Books],
  run: ({ input: { author, ...book }, ctx }) => ctx.use(Books).insert({ ...book, author: author.id }),
})

/** A query that wants the key of a record and nothing else, and answers with the record: clients load by it. */
const findBook = command('library.FindBook', {
  kind: 'query',
  summary: 'Find a book',
  input: z.object({ book: ref(Book) }),
  output: recordOf(Book),
  access: 'public',
  run: ({ input: { book } }) => book,
})
const findAuthor = command('library.FindAuthor', {
  kind: 'query',
  summary: 'Find who wrote',
  input: z.object({ author: ref(Author) }),
  output: recordOf(Author),
  access: 'public',
  run: ({ input: { author } }) => author,
})
const findWholeBook = expose(findBook, {
  as: 'library.FindWholeBook',
  access: 'public',
  result: aggregate(Books, { depth: 2 }),
})

const findBooks = command('library.FindBooks', {
  kind: 'query',
  summary: 'Find all books',
  input: z.object({}),
  output: z.array(recordOf(Book)),
  uses: [Books],
  run: async ({ ctx }) => [...(await ctx.use(Books).find()).records],
})
const findBookKeys = expose(findBooks, {
  as: 'library.FindBookKeys',
  access: 'public',
  result: listOf(recordKey(Books)),
})

export const surface = http({ port: 0 })

export default app('library', {
  parts: [addAuthor, addBook, findAuthor, findBook, findBooks, findWholeBook, findBookKeys, surface],
  database: sqlite(),
})
