import { type AnyCommand, command, type Schema } from '@heddle/core'
import { z } from 'zod'
import { EnginePort } from '../ways/engine-port.ts'
import type { WayFacts } from '../ways/way-facts.ts'
import { runExamples } from '../ways/way-examples.ts'
import { wayName } from '../ways/way-name.ts'
import { exposedBy } from './exposed.ts'

/** Makes the query that asks a run for what its body exposes under a name. */
export const queryRun = ({ name, accessOf }: WayFacts, query: string, type: Schema): AnyCommand =>
  command(wayName(name, 'Get', query), {
    kind: 'query',
    summary: `Ask a run of ${name} for its ${query}`,
    input: z.object({ run: z.string() }),
    output: type,
    examples: runExamples,
    access: accessOf(query),
    uses: [EnginePort],
    async run({ input: { run }, ctx }) {
      const { engine, find } = ctx.use(EnginePort)
      return exposedBy(engine, await find(run, name), query)
    },
  }) as AnyCommand
