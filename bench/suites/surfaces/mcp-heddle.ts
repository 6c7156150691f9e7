import { app } from '@heddle/core'
import { http } from '@heddle/serve'
import { mcp } from '@heddle/serve/mcp'
import { getTotal } from '../commands/heddle.ts'
import { calling, path } from './mcp-work.ts'

/** The command of the suite `commands`, served to agents as users serve it. */
export const contender = calling(async () => {
  const surface = http({ port: 0, mounts: [mcp({ path })] })
  const bench = await app('bench', { parts: [getTotal, surface] }).open({ mode: 'production' })
  await bench.start()
  return { port: Number(new URL(surface.url!).port), close: () => bench.close() }
})
