import { expect, test } from 'vitest'
import { downloaded } from './download.ts'

test.each<[string | undefined, string | undefined]>([
  [undefined, undefined],
  ['attachment', undefined],
  ['inline; filename="cat.png"', 'cat.png'],
  ['attachment; filename="K_tzchen.png"; filename*=UTF-8\'\'K%C3%A4tzchen.png', 'Kätzchen.png'],
  ['attachment; filename*=UTF-8\'\'%ff; filename="plain.png"', 'plain.png'],
  ["attachment; filename*=UTF-8''..%2F..%2Fevil%22%0D%0Ax.txt", 'evil"__x.txt'],
  ['attachment; filename="..\\\\..\\\\evil.txt"', 'evil.txt'],
  ['attachment; filename=".."', undefined],
])('a download said to be %s is called %s', (header, name) => {
  const headers = header === undefined ? undefined : { 'content-disposition': header }
  expect(downloaded(new Response('x', { ...(headers && { headers }) })).name).toBe(name)
})
