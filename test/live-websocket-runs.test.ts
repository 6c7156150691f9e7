import { app, http, sqlite } from 'heddle'
import { webSocket } from 'heddle/live'
import { workflow } from 'heddle/workflow'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { LiveClient } from '../packages/serve/test/live-client.ts'

const brew = workflow('tea.Brew', {
  input: z.object({ cups: z.int() }),
  output: z.object({ poured: z.int() }),
  access: 'public',
  signals: { whistled: z.object({}) },
  async run({ input: { cups }, signal }) {
    await signal('whistled')
    return { poured: cups }
  },
})

test('a run is started, followed two ways, told something, and seen to its end over one connection', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-live-runs-'))
  const part = http({ port: 0, mounts: [webSocket()] })
  const kitchen = await app('tea', { database: sqlite(), parts: [brew, part] }).open({ folder })
  await kitchen.start()
  {
    await using client = await LiveClient.connect(part.url!)
    const { value } = await client.call(1, 'tea.Brew', { cups: 3 })
    const { run } = value as { run: string }
    client.send({ id: 'watch', call: 'tea.WatchBrew', input: { run } })
    client.send({ id: 'get', subscribe: { query: 'tea.GetBrew', input: { run } } })
    await client.find(({ id, item }) => id === 'watch' && item !== undefined)
    await client.find(({ id, at }) => id === 'get' && at !== undefined)
    await client.call(2, 'tea.SignalBrewWhistled', { run, data: {} })
    expect((await client.end('watch')).value).toMatchObject({ state: 'succeeded' })
    const last = await client.find(
      ({ id, value: told }) => id === 'get' && (told as { state: string }).state === 'succeeded',
    )
    expect(last).toMatchObject({ id: 'get', at: expect.any(String) })
    expect((await client.call(3, 'tea.AwaitBrew', { run })).value).toEqual({ poured: 3 })
  }
  await kitchen.close()
  await rm(folder, { recursive: true })
})
