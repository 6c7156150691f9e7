import { type AnyCommand, command } from '@heddle/core'
import { z } from 'zod'
import { EnginePort } from './engine-port.ts'
import { shownStatus, statusType } from './run-status.ts'
import { runExamples } from './way-examples.ts'
import type { RunWay } from './way-facts.ts'
import { wayName } from './way-name.ts'

/** Makes the query that tells where a run stands. */
export const getRun = ({ name, of = name, facts, accessOf }: RunWay): AnyCommand =>
  command(wayName(name, 'Get'), {
    kind: 'query',
    summary: `Tell where a run of ${of} stands`,
    input: z.object({ run: z.string() }),
    output: statusType(facts.output),
    examples: runExamples,
    access: accessOf('get'),
    uses: [EnginePort],
    async run({ input: { run }, ctx }) {
      const { engine, find } = ctx.use(EnginePort)
      const found = await engine.store.openOutcome(await find(run, of))
      return shownStatus(found.run, facts) as never
    },
  }) as AnyCommand
