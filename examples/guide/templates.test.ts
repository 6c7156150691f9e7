import { findTemplate, searchTemplates, templatesOf } from '@heddle/core'
import { expect, test } from 'vitest'
import blog, { normalize, publishPost } from './templates.ts'

test('configured templates and mapped commands are called like any other', async () => {
  const running = await blog.open()
  const post = { title: '  The Looms of Summer, and More ', author: { first: 'Ada', last: 'Lovelace' } }
  expect(await running.call(publishPost, post)).toEqual({
    ok: true,
    value: { slug: 'the-looms-of-summer-', receipt: '500 to Ada Lovelace' },
  })
})

test('templates are listed, searched and found by alias', () => {
  const templates = templatesOf(blog.parts().parts)
  expect(searchTemplates(templates, 'text').map(({ name }) => name)).toEqual(['text.Normalize', 'text.Slug'])
  expect(searchTemplates(templates, 'address').map(({ name }) => name)).toEqual(['text.Slug'])
  expect(findTemplate(templates, 'tidy')).toBe(normalize)
})

test('a template is configured from JSON, and says what is wrong with its path', () => {
  expect(normalize.configureFrom({ most: 5 }, 'blog.Short')).toMatchObject({ ok: true, value: { name: 'blog.Short' } })
  const wrong = normalize.configureFrom({ most: 0 })
  expect(wrong.ok || wrong.errors.map(({ key }) => key)).toEqual(['data/config/most:TooSmall'])
})

test('the manifest tells what each command was built from, and what was chosen', () => {
  const { command, template } = blog.manifest().parts
  expect(command).toMatchObject({
    'blog.NormalizeTitle': { madeFrom: { template: 'text.Normalize', config: { lower: false, most: 20 } } },
    'text.NormalizeForSlug': { madeFrom: { config: { lower: true, most: 60 } } },
    'blog.PayAuthor': { calls: ['billing.Pay', 'billing.PayeeOfAuthor'] },
  })
  expect(template).toMatchObject({ 'text.Normalize': { config: { properties: { most: { default: 100 } } } } })
})
