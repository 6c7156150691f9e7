import { expect, test } from 'vitest'
import { readFrame, type RefusedFrame } from './frame.ts'

const limits = { maxBodyBytes: 1000, maxDepth: 5 }
const read = (frame: unknown) => readFrame(typeof frame === 'string' ? frame : JSON.stringify(frame), limits)

test('a frame is read for what it is', () => {
  expect(read({ id: 1, call: 'shop.Greet', input: { name: 'Bo' }, key: 'k', timeout: 1.5, tenant: 't' })).toEqual({
    kind: 'call',
    id: 1,
    call: 'shop.Greet',
    input: { name: 'Bo' },
    key: 'k',
    timeout: 1.5,
    tenant: 't',
  })
  expect(read({ id: 'a', call: 'shop.Greet', fences: 'nightly=7' })).toMatchObject({
    input: {},
    fences: [{ name: 'nightly', token: 7 }],
  })
  expect(read({ id: 2, subscribe: { query: 'shop.Greet', input: { name: 'Bo' } }, last: 'x' })).toMatchObject({
    kind: 'subscribe',
    what: { kind: 'query', query: 'shop.Greet', input: { name: 'Bo' } },
    last: 'x',
  })
  expect(read({ id: 2, subscribe: { events: ['shop.Sold'], after: 7 } })).toMatchObject({
    what: { kind: 'events', on: ['shop.Sold'], after: 7 },
  })
  expect(read({ id: 2, cancel: true })).toEqual({ kind: 'cancel', id: 2 })
  expect(read({ authorization: 'Bearer x' })).toEqual({ kind: 'authorization', authorization: 'Bearer x' })
  expect(read({ file: 1, more: 7 })).toEqual({ kind: 'more', file: 1, more: 7 })
})

test.each<[unknown, unknown, string]>([
  ['{', null, 'MalformedInput'],
  ['7', null, 'it is no object'],
  [[], null, 'it is no object'],
  [{}, null, 'it has no id'],
  [{ call: 'shop.Greet' }, null, 'it has no id'],
  [{ id: 1.5, call: 'shop.Greet' }, null, 'an id is'],
  [{ id: '', call: 'shop.Greet' }, null, 'an id is'],
  [{ id: 'x'.repeat(65), call: 'shop.Greet' }, null, 'an id is'],
  [{ id: 1 }, 1, 'neither calls nor subscribes nor cancels'],
  [{ id: 1, cancel: false }, 1, 'neither calls nor subscribes nor cancels'],
  [{ id: 1, cancel: true, call: 7 }, 1, '`call`'],
  [{ id: 1, call: 'shop.Greet', inputs: {} }, 1, 'unknown field "inputs"'],
  [{ id: 1, call: 'shop.Greet', key: '' }, 1, '`key`'],
  [{ id: 1, call: 'shop.Greet', key: 'x'.repeat(256) }, 1, '`key`'],
  [{ id: 1, call: 'shop.Greet', timeout: -1 }, 1, '`timeout`'],
  [{ id: 1, call: 'shop.Greet', timeout: 100_000 }, 1, '`timeout`'],
  [{ id: 1, call: 'shop.Greet', tenant: 7 }, 1, '`tenant`'],
  [{ id: 1, call: 'shop.Greet', trace: {} }, 1, '`trace`'],
  [{ id: 1, call: 'shop.Greet', fences: 'x' }, 1, '`fences`'],
  [{ id: 1, call: 'shop.Greet', fences: 7 }, 1, '`fences`'],
  [{ id: 1, cancel: true, reason: 'x' }, 1, 'unknown field "reason"'],
  [{ id: 1, subscribe: 'shop.Greet' }, 1, '`subscribe`'],
  [{ id: 1, subscribe: {} }, 1, '`subscribe`'],
  [{ id: 1, subscribe: { query: 'shop.Greet', events: ['x'] } }, 1, 'unknown field "events"'],
  [{ id: 1, subscribe: { events: [7] } }, 1, '`subscribe`'],
  [{ id: 1, subscribe: { events: ['x'], after: -1 } }, 1, '`after`'],
  [{ id: 1, subscribe: { events: Array(101).fill('x') } }, 1, 'LimitReached'],
  [{ id: 1, subscribe: { query: 'x' }, last: 7 }, 1, '`last`'],
  [{ id: 1, subscribe: { query: 'x' }, tenant: 7 }, 1, '`tenant`'],
  [{ id: 1, subscribe: { query: 'x' }, key: 'k' }, 1, 'unknown field "key"'],
  [{ authorization: 7 }, null, '`authorization`'],
  [{ authorization: 'a\nb' }, null, '`authorization`'],
  [{ authorization: 'x', more: 1 }, null, 'unknown field "more"'],
  [{ file: 1 }, null, '`file`'],
  [{ file: 1, more: 1, less: 1 }, null, 'unknown field "less"'],
  ['{"id":1,"call":"x","input":{"a":1,"a":2}}', 1, 'DuplicateKey'],
  ['{"id":1,"call":"x","input":{"a":9007199254740993}}', 1, 'UnsafeInteger'],
  ['{"id":1,"call":"x","input":{"__proto__":1}}', 1, 'ForbiddenKey'],
  ['{"id":1,"id":2,"call":"x"}', 2, 'DuplicateKey'],
  ['{"id":1,"call":"x","input":[[[[[1]]]]]}', 1, 'TooDeep'],
  [`{"id":1,"call":"${'x'.repeat(1000)}"}`, null, 'TooLarge'],
])('%j is refused', (frame, id, why) => {
  const told = read(frame)
  expect(told).toMatchObject({ kind: 'refused', id })
  const { errors } = told as RefusedFrame
  expect(errors.map(({ code, message }) => `${code} ${message}`).join()).toContain(why)
})

test('what is wrong in an input is told where it would be without a frame', () => {
  const { errors } = read('{"id":1,"call":"x","input":{"a":{"b":1,"b":2}}}') as RefusedFrame
  expect(errors.map(({ path }) => path)).toEqual([['a', 'b']])
})
