import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dispositionOf, fileNameOf } from './file-name.ts'

test.each<[string | undefined, string | undefined]>([
  [undefined, undefined],
  ['attachment', undefined],
  ['attachment; filename="cat.png"', 'cat.png'],
  ['attachment; filename=cat.png', 'cat.png'],
  ['attachment; filename="a \\"b\\".png"', 'a "b".png'],
  ['attachment; filename="K_tzchen.png"; filename*=UTF-8\'\'K%C3%A4tzchen.png', 'Kätzchen.png'],
  ["attachment; filename*=utf-8'de'K%C3%A4tzchen.png; filename=x", 'Kätzchen.png'],
  // What cannot be decoded is passed over.
  ['attachment; filename*=UTF-8\'\'%ff; filename="plain.png"', 'plain.png'],
  // A path is none of the sender's to say.
  ['attachment; filename="../../etc/passwd"', 'passwd'],
  ['attachment; filename="C:\\\\Users\\\\ann\\\\cat.png"', 'cat.png'],
  ["attachment; filename*=UTF-8''..%2F..%2Fpasswd", 'passwd'],
  ['attachment; filename="/"', undefined],
  ['attachment; filename=".."', undefined],
  // Nor another line.
  ["attachment; filename*=UTF-8''a%0D%0Ab%00.png", 'a__b_.png'],
])('%s names the file %s', (header, name) => {
  expect(fileNameOf(header)).toBe(name)
})

test('a name is read back as it was written, whatever signs are in it, and a header stays one line of ASCII', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[/\\]|^\.{1,2}$|\p{Cc}/u.test(text))
  fc.assert(
    fc.property(name, (given) => {
      const header = dispositionOf('attachment', given)
      expect(header).toMatch(/^[\x20-\x7e]*$/)
      expect(fileNameOf(header)).toBe(given)
    }),
  )
  expect(dispositionOf('inline', '\ud800')).toBe('inline; filename="_"; filename*=UTF-8\'\'%EF%BF%BD')
})

test.each<[string, string | undefined]>([
  ['../../../evil"\r\nx.txt', 'evil"__x.txt'],
  ['..\\..\\e\r\nX-Evil:1.html', 'e__X-Evil:1.html'],
  ['C:\\Users\\ann\\cat.png', 'cat.png'],
  ['/etc/', undefined],
  ['..', undefined],
])('the name %j is told as a name alone', (given, name) => {
  const header = dispositionOf('attachment', given)
  expect(fileNameOf(header)).toBe(name)
  expect(header).not.toMatch(/[\r\n/\\]|\.\.|%2F|%5C|%0/i)
})
