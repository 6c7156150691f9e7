import { expect, test } from 'vitest'
import { z } from 'zod'
import { command } from '../command/command.ts'
import { app } from './define.ts'
import { discover } from './discover.ts'
import type { DiscoveringHost, Part } from './part.ts'

const greet = command('hello.Greet', { input: z.string(), output: z.string(), run: ({ input }) => `Hello ${input}` })

/** A part that learns of its command only when it is asked to. */
function told(): Part & { readonly asked: DiscoveringHost[] } {
  const asked: DiscoveringHost[] = []
  const bare = { kind: { name: 'told', compare: () => [] }, name: 'elsewhere', describe: () => ({}) }
  const discovered = { ...bare, commands: [greet] }
  return {
    ...bare,
    asked,
    discover: (host) => {
      asked.push(host)
      return Promise.resolve(discovered)
    },
  }
}

test('opening an app finds the commands of a part whose content is told elsewhere', async () => {
  const part = told()
  const open = await app('hello', { parts: [part] }).open({ folder: '/data', root: '/app', mode: 'production' })
  expect(await open.call(greet, 'you')).toEqual({ ok: true, value: 'Hello you' })
  expect(part.asked).toEqual([
    expect.objectContaining({
      folder: '/data',
      root: '/app',
      mode: 'production',
      opener: { name: 'hello', formerly: [] },
    }),
  ])
  await open.close()
})

test('a part among the exports of a module is found, too, and the rest of the module stays', async () => {
  const shout = command('hello.Shout', {
    input: z.string(),
    output: z.string(),
    run: ({ input }) => input.toUpperCase(),
  })
  const found = await discover(app('hello', { parts: [{ shout, elsewhere: told(), note: 'text' }] }))
  expect([...found.parts().commands.keys()]).toEqual(['hello.Greet', 'hello.Shout'])
})

test('an app that has no such part is left as it is', async () => {
  const declared = app('hello', { parts: [greet, { greet }] })
  expect(await discover(declared)).toBe(declared)
})
