// The other app in a process of its own, to be killed: `node billing.child.ts`.
import { app, command, memoryLog, stream } from '@heddle/core'
import { z } from 'zod'
import { http } from '../src/index.ts'

const tell = (word: string) => void process.stdout.write(`${word}\n`)

const wait = command('billing.Wait', {
  input: z.object({}),
  output: z.null(),
  access: 'public',
  async run({ ctx }) {
    tell('waiting')
    await ctx.sleep(600_000)
    return null
  },
})
const ticks = command('billing.Tick', {
  kind: 'query',
  input: z.object({}),
  output: stream(z.int(), z.null()),
  access: 'public',
  async *run({ ctx }) {
    for (let tick = 0; tick < 3; tick++) yield tick
    await ctx.sleep(600_000)
    return null
  },
})

const surface = http({ port: 0 })
const billing = await app('billing', { parts: [wait, ticks, surface] }).open({ ports: { log: memoryLog() } })
await billing.start()
tell(surface.url!)
