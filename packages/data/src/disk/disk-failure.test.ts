import { expect, test } from 'vitest'
import { diskFailure } from './disk-failure.ts'

const refused = (code: string) => Object.assign(new Error(code), { code })

test.each([
  ['ENOSPC', 'DiskFull'],
  ['EDQUOT', 'DiskFull'],
  ['EFBIG', 'FileCannotGrow'],
])('%s is told as %s, with the path and the cause', (code, told) => {
  const cause = refused(code)
  expect(diskFailure(cause, '/data/blobs')).toMatchObject({ code: told, data: { path: '/data/blobs' }, cause })
})

test('any other error stays what it is', () => {
  const other = refused('ENOENT')
  expect(diskFailure(other, '/data')).toBe(other)
  expect(diskFailure(undefined, '/data')).toBe(undefined)
})
