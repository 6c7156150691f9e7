import { app, type Outcome } from '@heddle/core'
import { http } from '@heddle/serve'
import { remote } from '@heddle/serve/remote'
import type { Contender } from '../../harness/types.ts'
import { getTotal } from '../commands/heddle.ts'

/** The command of the suite `commands` in an app of its own, called by another app. */
export const contender: Contender = {
  async open() {
    const surface = http({ port: 0 })
    const other = await app('bench', { parts: [getTotal, surface] }).open({ mode: 'production' })
    await other.start()
    const { manifest } = other
    const shop = await app('caller', {
      parts: [remote('bench', { manifest, url: surface.url!, allowPrivate: true })],
    }).open({ mode: 'production' })
    await shop.start()
    return {
      call: (input) => shop.call(getTotal, input as never),
      answer: (outcome: Outcome<{ total: number }>) =>
        outcome.ok ? { ok: true, total: outcome.value.total } : { ok: false },
      async close() {
        await shop.close()
        await other.close()
      },
    }
  },
}
