import { app, command } from '@heddle/core'
import type { Contender } from '../../harness/types.ts'
import { commands, parcel, type Parcel } from './ten-commands.ts'

/** A command written by hand that calls the ten: what a pipeline of ten steps is a description of. */
const passAll = command('bench.PassAll', {
  input: parcel,
  output: parcel,
  access: 'public',
  calls: commands,
  async run({ input, call }) {
    let last = input
    for (const one of commands) last = await call(one, last)
    return last
  },
})

export const contender: Contender<Parcel> = {
  async open() {
    const bench = await app('bench', { parts: [passAll, ...commands] }).open({ mode: 'production' })
    return {
      call: (input) => bench.call(passAll, input),
      answer: ({ ok, value }: { ok: boolean; value: Parcel }) => ({ ok, value }),
      close: () => bench.close(),
    }
  },
}
