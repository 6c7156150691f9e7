import { expect, test } from 'vitest'
import { checkCapabilities } from './capabilities.ts'
import { checkDocBlocks } from './doc-blocks.ts'
import { checkLinks } from './links.ts'
import { report, treeOfTexts } from './tree.ts'

const block = (...lines: string[]): string => ['```ts', ...lines, '```'].join('\n')

test('a block that differs from the file it shows is found, with the line that differs', () => {
  const tree = treeOfTexts({
    'README.md': `# Title\n\n${block('// file: examples/a/app.ts', 'one()', 'two()')}`,
    'examples/a/app.ts': 'one()\nthree()\n',
    'examples/a/app.test.ts': `import './app.ts'`,
  })
  expect(report(checkDocBlocks(tree))).toBe('README.md:6  differs from examples/a/app.ts:2: copy the file here')
})

test('a block that shows a missing or an untested file is found', () => {
  const tree = treeOfTexts({
    'docs/a.md': `${block('// file: gone.ts', 'x')}\n${block('// file: examples/a/alone.ts', 'x()')}`,
    'examples/a/alone.ts': 'x()\n',
  })
  expect(report(checkDocBlocks(tree))).toBe(
    'docs/a.md:1  shows gone.ts, which does not exist\n' +
      'docs/a.md:5  shows examples/a/alone.ts, which no *.test.ts names: write a test that runs it',
  )
})

test('a fragment may await, import and export, but must be TypeScript', () => {
  const fine = block(`import { a } from 'a'`, 'export const b = await a()', 'export default b')
  const broken = block('const = 1')
  expect(checkDocBlocks(treeOfTexts({ 'README.md': fine }))).toEqual([])
  expect(report(checkDocBlocks(treeOfTexts({ 'README.md': broken })))).toContain('README.md:1  is no valid TypeScript')
})

test('a dead link and a dead heading are found, outside of code', () => {
  const tree = treeOfTexts({
    'README.md':
      '[a](docs/a.md) [b](docs/gone.md) [c](docs/a.md#the-way-in) [d](docs/a.md#gone) `[e](no.md)` [f](https://x.y)',
    'docs/a.md': `# The way in\n[up](../README.md) [folder](../docs) [here](#the-way-in)\n${block('[x](gone.md)')}`,
  })
  expect(report(checkLinks(tree))).toBe(
    'README.md:1  links to docs/gone.md, which does not exist\n' +
      'README.md:1  links to docs/a.md#gone: docs/a.md has no such heading',
  )
})

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`
const capabilities = (...rows: string[]): ReturnType<typeof treeOfTexts> =>
  treeOfTexts({
    'docs/capabilities.md': `<!-- ids: AB1-AB2 X7 -->\n${rows.join('\n')}`,
    'docs/guide.md': '# Guide',
    'test/a.test.ts': '',
  })

test('a capability list that is complete and linked passes', () => {
  const works = row('AB1', 'One', 'works', '[guide](guide.md#part)', '[test](../test/a.test.ts)')
  expect(
    checkCapabilities(capabilities(works, row('AB2', 'Two', 'not yet', '', ''), row('X7', 'X', 'not yet', '', ''))),
  ).toEqual([])
})

test('missing, repeated, unknown, misspelt and unlinked capabilities are found', () => {
  const text = report(
    checkCapabilities(
      capabilities(
        row('AB1', 'One', 'works', '[guide](gone.md)', ''),
        row('AB1', 'One', 'not yet', '', ''),
        row('AB9', 'Nine', 'soon', '[g](guide.md)', '[t](../test/a.test.ts)'),
        row('X7', '', 'not yet', ''),
      ),
    ),
  )
  expect(text.split('\n')).toEqual([
    'docs/capabilities.md:2  AB1 links the guide gone.md, which does not exist',
    'docs/capabilities.md:2  AB1 is "works" and links no test',
    'docs/capabilities.md:3  AB1 stands in line 2 already',
    'docs/capabilities.md:4  AB9 is not in the id list at the top of the page',
    'docs/capabilities.md:4  AB9 has the state "soon", not one of: works, partly, not yet',
    'docs/capabilities.md:5  X7 has 4 cells, not 5: id, capability, state, guide, test',
    'docs/capabilities.md:5  X7 has no name',
    'docs/capabilities.md:1  AB2 is in the id list and has no row',
  ])
})
