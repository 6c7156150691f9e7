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

/** Tells what the start has cost. Parts start in order. */
const told = {
  kind: { name: 'told', compare: () => [] },
  name: 'told',
  describe: () => ({}),
  start() {
    const { user, system } = process.cpuUsage()
    console.log(JSON.stringify({ cpuMicros: user + system, port: Number(new URL(surface.url).port) }))
  },
}

export default app('hello', { parts: [greet, surface, told] })
