import { expect, test } from 'vitest'
import { formatTable } from './table.ts'
import { formatText } from './text.ts'

const flights = [
  { origin: 'LAX', delay: 5, note: 'on time, more or less, as always' },
  { origin: 'JFK', delay: 120, note: null },
]

test('numbers stand on the right and missing values are a dash', () => {
  expect(formatTable(flights)).toEqual([
    'origin  delay  note',
    'LAX         5  on time, more or less, as always',
    'JFK       120  -',
  ])
})

test('the widest column is narrowed until a line fits the terminal', () => {
  const lines = formatTable(flights, { width: 30 })
  expect(lines).toEqual(['origin  delay  note', 'LAX         5  on time, more …', 'JFK       120  -'])
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30)
})

test('columns of lists and objects give way before others do', () => {
  const rows = [{ row: 'a:1', input: { origin: 'LAX', destination: 'SFO' }, error: 'an airport is not known' }]
  expect(formatTable(rows, { width: 40 })).toEqual([
    'row  input       error',
    'a:1  {"origin"…  an airport is not known',
  ])
})

test('wide characters take two columns', () => {
  expect(
    formatTable([
      { city: '東京', code: 'HND' },
      { city: 'Rome', code: 'FCO' },
    ]),
  ).toEqual(['city  code', '東京  HND', 'Rome  FCO'])
})

test('control characters cannot move the cursor of the terminal', () => {
  expect(formatTable([{ name: 'a\u001b[2Jb\nc' }])).toEqual(['name', 'a\\u001b[2Jb\\nc'])
})

test.each([
  [
    'a page is a table with its other fields below',
    { items: [{ id: 1 }], next: 'abc', total: null },
    ['id', ' 1', '', 'next  abc'],
  ],
  ['an object is lines of name and value', { id: 7, name: 'Ann' }, ['id    7', 'name  Ann']],
  ['nested objects are indented', { of: { a: 1 } }, ['of', '  a  1']],
  ['a text is printed as it is', 'hello', ['hello']],
  ['an empty list says so', [], ['nothing']],
  ['an empty object says that it is done', {}, ['done']],
  ['a list of texts is a line each', ['a', 'b'], ['a', 'b']],
])('%s', (_name, value, lines) => {
  expect(formatText(value)).toEqual(lines)
})
