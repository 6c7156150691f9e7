import { app, command, stream } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { errorsOf } from '../../test/serving.ts'
import { documentOf } from '../openapi/openapi.ts'
import { fetchHandler } from './fetch-handler.ts'
import { waitPreference } from './preferences.ts'
import { surfaceSection } from './surface-section.ts'

const known = z.object({ run: z.string() })
const awaits = command('bakery.AwaitBake', {
  kind: 'query',
  access: 'public',
  input: known,
  output: z.object({ bread: z.string() }),
  errors: { Burnt: z.object({ bread: z.string() }) },
  async run({ input: { run }, ctx, fail }) {
    if (run === 'burnt') return fail.Burnt({ bread: run })
    if (run === 'slow') await ctx.sleep(3_600_000)
    return { bread: run }
  },
})
const status = command('bakery.GetBake', {
  kind: 'query',
  access: 'public',
  input: known,
  output: known,
  run: ({ input }) => input,
})
const watch = command('bakery.WatchBake', {
  kind: 'query',
  access: 'public',
  input: known,
  output: stream(known, known),
  async *run({ input }) {
    yield input
    return input
  },
})
const bake = {
  ...command('bakery.Bake', { input: known, output: known, access: 'public', run: ({ input }) => input }),
  begins: { awaits, status, watch },
}

const bakery = await app('bakery', { parts: [bake, awaits, status, watch] }).open()
const send = (run: string, headers: Record<string, string> = {}, options = {}) =>
  fetchHandler(
    bakery,
    options,
  )(
    new Request('http://bakery.example/bakery/Bake', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ run }),
    }),
  )

test('what goes on is answered at once, with where to look at it and where to follow it', async () => {
  const answer = await send('rye & co')
  expect(answer.status).toBe(202)
  expect(answer.headers.get('location')).toBe('/bakery/GetBake?run=rye%20%26%20co')
  expect(answer.headers.get('link')).toBe('</bakery/WatchBake?run=rye%20%26%20co>; rel="monitor"')
  expect(await answer.json()).toEqual({ run: 'rye & co' })
})

test('who prefers to wait gets the value, or the failure, without asking for more than beginning it', async () => {
  const value = await send('rye', { prefer: 'respond-async, wait=10' })
  expect([value.status, value.headers.get('preference-applied'), await value.json()]).toEqual([
    200,
    'wait=10',
    { bread: 'rye' },
  ])
  const failure = await send('burnt', { prefer: 'wait=10' })
  expect([failure.status, errorsOf(await failure.json())]).toEqual([422, ['Burnt']])
})

test('when the time is over before the end it is 202 all the same', async () => {
  const late = await send('slow', { prefer: 'wait=60', 'request-timeout': '0.05' })
  expect([late.status, late.headers.get('preference-applied')]).toEqual([202, 'wait=60'])
  expect(late.headers.get('location')).toBe('/bakery/GetBake?run=slow')
})

test('no address is told where none is served', async () => {
  const routes = { 'POST /bakery/Bake': bake, 'GET /bakes': status }
  const some = await send('rye', {}, { commands: 'routes', routes })
  expect([some.headers.get('location'), some.headers.get('link')]).toEqual(['/bakes?run=rye', null])
})

test('the document tells of 202, of where to look, and of the wait', () => {
  const { paths } = documentOf(bakery.manifest, surfaceSection({}))
  const operation = paths['/bakery/Bake']!.post!
  expect(operation.responses).toMatchObject({
    200: { description: 'What `bakery.AwaitBake` gives, for who preferred to wait.' },
    202: { headers: { Location: { $ref: '#/components/headers/Location' } } },
  })
  expect(operation.parameters).toContainEqual({ $ref: '#/components/parameters/Prefer' })
})

test('a preference that cannot be read counts as not stated', () => {
  expect(waitPreference('wait=10')).toBe(10)
  expect(waitPreference('respond-async, Wait = "5"; x=y')).toBe(5)
  expect(waitPreference('wait=1, wait=2')).toBe(1)
  expect(waitPreference('wait=999999999')).toBe(86_400)
  for (const none of [undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=soon', 'await=3', 'respond-async']) {
    expect(waitPreference(none)).toBeUndefined()
  }
})
