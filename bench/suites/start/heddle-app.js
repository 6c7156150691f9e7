import { app, command } from '@heddle/core'
import { http } from '@heddle/serve'
import { z } from 'zod'

const greet = command('hello.Greet', {
  input: z.object({ name: z.string().min(1) }),
  output: z.object({ greeting: z.string() }),
  access: 'public',
  run: ({ input }) => ({ greeting: `Hello, ${input.name}` }),
})

const surface = http({ port: 0 })
const hello = await app('hello', { parts: [greet, surface] }).open()
await hello.start()
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ cpuMicros: user + system, port: Number(new URL(surface.url).port) }))
process.once('SIGTERM', () => process.exit())
