import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { checkManifests } from '../check/check.ts'
import { command } from '../command/command.ts'
import { templateKind } from './compare.ts'
import { findTemplate, searchTemplates, templatesOf } from './search.ts'
import { template } from './template.ts'

const define = (config: z.ZodType<{ lower: boolean; most: number }, { lower?: boolean; most: number }>) =>
  template('text.Normalize', {
    summary: 'Bring text into one form',
    aliases: ['clean'],
    tags: ['text', 'strings'],
    config,
    build: ({ lower, most }) =>
      command('text.Normalize', {
        input: z.object({ text: z.string() }),
        output: z.string(),
        access: 'public',
        run: ({ input: { text } }) => (lower ? text.toLowerCase() : text).trim().slice(0, most),
      }),
  })
const normalize = define(z.object({ lower: z.boolean().default(true), most: z.int().min(1) }))

const shout = template('text.Shout', {
  summary: 'Make clean text loud',
  tags: ['text'],
  config: z.object({ marks: z.int().min(1).max(9) }),
  build({ marks }) {
    const short = normalize.configure({ lower: false, most: 10 }, 'text.ShortenToShout')
    return command('text.Shout', {
      input: z.object({ text: z.string() }),
      output: z.string(),
      calls: [short],
      run: async ({ input, call }) => (await call(short, input)).toUpperCase() + '!'.repeat(marks),
    })
  },
})

test('a config makes a command, under the name it is given', async () => {
  const plain = normalize.configure({ most: 5 })
  const titles = normalize.configure({ lower: false, most: 3 }, 'blog.NormalizeTitle')
  const running = await app('t', { parts: [plain, titles] }).open()
  expect(await running.call(plain, { text: ' ABCDEFG ' })).toEqual({ ok: true, value: 'abcde' })
  expect(await running.call(titles, { text: ' ABCDEFG ' })).toEqual({ ok: true, value: 'ABC' })
  expect(running.manifest.parts.command!['blog.NormalizeTitle']).toMatchObject({
    domain: 'blog',
    madeFrom: { template: 'text.Normalize', config: { lower: false, most: 3 } },
  })
})

test('templates build on others, and bring along what they have built', async () => {
  const loud = shout.configure({ marks: 2 })
  const declared = app('t', { parts: [loud] })
  expect([...declared.parts().commands.keys()]).toEqual(['text.ShortenToShout', 'text.Shout'])
  const running = await declared.open()
  expect(await running.call(loud, { text: ' hello ' })).toEqual({ ok: true, value: 'HELLO!!' })
})

test('a config from JSON comes as a command, or with the paths of what is wrong', () => {
  const made = normalize.configureFrom({ most: 4 }, 'blog.NormalizeTag')
  expect(made).toMatchObject({ ok: true, value: { name: 'blog.NormalizeTag' } })
  const wrong = normalize.configureFrom({ lower: 'yes', most: 0, extra: 1 })
  expect(wrong.ok || wrong.errors.map(({ key }) => key)).toEqual([
    'data/config/lower:InvalidType',
    'data/config/most:TooSmall',
    'data/config:UnrecognizedKeys',
  ])
  const badName = normalize.configureFrom({ most: 4 }, 'no name')
  expect(badName.ok || badName.errors[0]).toMatchObject({
    key: 'data/config:Invalid',
    message: expect.stringContaining('no name'),
  })
  expect(() => normalize.configure({ most: 0 })).toThrow(/the config of text.Normalize: .*\(at most\)/)
})

test('templates are found by name, alias, tag and summary, and nearer places come first', () => {
  const templates = templatesOf(app('t', { parts: [shout, normalize] }).parts().parts)
  const found = (text: string) => searchTemplates(templates, text).map(({ name }) => name)
  expect(templates.map(({ name }) => name)).toEqual(['text.Normalize', 'text.Shout'])
  expect(found('')).toEqual(['text.Normalize', 'text.Shout'])
  expect(found('CLEAN')).toEqual(['text.Normalize', 'text.Shout'])
  expect(found('strings')).toEqual(['text.Normalize'])
  expect(found('loud text')).toEqual(['text.Shout'])
  expect(found('nothing')).toEqual([])
  expect(findTemplate(templates, 'Clean')).toBe(normalize)
  expect(findTemplate(templates, 'text.Shout')).toBe(shout)
  expect(findTemplate(templates, 'text')).toBeUndefined()
})

test('two templates that go by one name are refused', () => {
  const other = template('other.Clean', {
    aliases: ['CLEAN'],
    config: z.object({}),
    build: () => normalize.configure({ most: 1 }),
  })
  expect(() => templatesOf([normalize, other])).toThrow('template clean is defined twice')
})

test('the manifest describes a template with the schema of its form', () => {
  expect(app('t', { parts: [normalize] }).manifest().parts.template!['text.Normalize']).toMatchObject({
    summary: 'Bring text into one form',
    aliases: ['clean'],
    tags: ['text', 'strings'],
    config: { type: 'object', properties: { lower: { default: true, type: 'boolean' } }, required: ['most'] },
  })
})

test('a config that is no longer accepted is a breaking change, a wider one is safe', async () => {
  const manifest = (config: Parameters<typeof define>[0]) => app('t', { parts: [define(config)] }).manifest()
  const before = manifest(z.object({ lower: z.boolean().default(true), most: z.int().min(1) }))
  const narrower = manifest(z.object({ lower: z.boolean().default(true), most: z.int().min(5) }))
  const levels = async (from: typeof before, to: typeof before) =>
    (await checkManifests(from, to, [templateKind])).map(({ level, change }) => [level, change])
  expect(await levels(before, narrower)).toEqual([['breaking', expect.stringContaining('config/most')]])
  expect(await levels(narrower, before)).toEqual([['safe', 'described otherwise']])
  expect(await levels(before, app('t', { parts: [] }).manifest())).toMatchObject([['breaking', 'removed']])
})
