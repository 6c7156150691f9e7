import { expect, test } from 'vitest'
import { parseArray } from './array-text.ts'

test('arrays are read as PostgreSQL writes them', () => {
  for (const [text, items] of [
    ['{}', []],
    ['{1,NULL,3}', ['1', null, '3']],
    ['{"NULL","",a}', ['NULL', '', 'a']],
    [String.raw`{"a,\"b\"\\","{x}"}`, [String.raw`a,"b"\ `.trim(), '{x}']],
    [
      '{{1,2},{3,NULL}}',
      [
        ['1', '2'],
        ['3', null],
      ],
    ],
    ['[0:1]={a,b}', ['a', 'b']],
  ] as const) {
    expect(parseArray(text)).toEqual(items)
  }
  expect(parseArray('{(1,1),(0,0);(2,2),(1,1)}', ';')).toEqual(['(1,1),(0,0)', '(2,2),(1,1)'])
})
