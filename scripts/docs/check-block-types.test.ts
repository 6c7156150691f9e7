import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blocksOf } from '../../test/tidy/doc-blocks.ts'
import { checkBlockTypes } from './check-block-types.ts'

test('a block with a type error is found at its line in the page', { timeout: 60_000 }, () => {
  const page = [
    '# Title',
    '```ts',
    `import { join } from 'node:path'`,
    `const path: number = join('a')`,
    '```',
    '```ts',
    `import { sep } from 'node:path'`,
    'console.log(sep)',
    '```',
  ].join('\n')
  const findings = checkBlockTypes(join(import.meta.dirname, '../..'), blocksOf('docs/a.md', page))
  expect(findings).toEqual([{ file: 'docs/a.md', line: 4, message: expect.stringContaining('TS2322') as string }])
})
