import { app } from '@heddle/core'
import { pipeline } from '@heddle/pipeline'
import type { Contender } from '../../harness/types.ts'
import { commands, parcel, type Parcel } from './ten-commands.ts'

/** A pipeline of ten steps that call the commands, each with what the one before gave. */
const passAll = pipeline<Parcel, Parcel>(
  {
    heddle: 1,
    pipeline: 'bench.PassAll',
    input: { jsonSchema: { ...parcel.toJSONSchema() } as never },
    access: 'public',
    steps: commands.map(({ name }, index) => ({ id: `pass${index}`, call: name })),
  },
  { commands },
)

export const contender: Contender<Parcel> = {
  async open() {
    const bench = await app('bench', { parts: [passAll, ...commands] }).open({ mode: 'production' })
    return {
      call: (input) => bench.call(passAll.command, input),
      answer: ({ ok, value }: { ok: boolean; value: Parcel }) => ({ ok, value }),
      close: () => bench.close(),
    }
  },
}
