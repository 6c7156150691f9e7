import { app } from '@heddle/core'
import type { Contender } from '../../harness/types.ts'
import { commands, type Parcel } from './ten-commands.ts'

/** The ten commands called one after another by hand. */
export const contender: Contender<Parcel> = {
  async open() {
    const bench = await app('bench', { parts: commands }).open({ mode: 'production' })
    return {
      async call(parcel) {
        let last = parcel
        for (const one of commands) {
          const outcome = await bench.call(one, last)
          if (!outcome.ok) return outcome
          last = outcome.value
        }
        return { ok: true, value: last }
      },
      answer: (outcome) => outcome,
      close: () => bench.close(),
    }
  },
}
