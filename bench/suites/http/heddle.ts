import { app } from '@heddle/core'
import { http } from '@heddle/serve'
import { getTotal } from '../commands/heddle.ts'
import { posting } from './work.ts'

/** The command of the suite `commands`, served as users serve it. */
export const contender = posting('/bench/GetTotal', async () => {
  const surface = http({ port: 0 })
  const bench = await app('bench', { parts: [getTotal, surface] }).open({ mode: 'production' })
  await bench.start()
  return { port: Number(new URL(surface.url!).port), close: () => bench.close() }
})
