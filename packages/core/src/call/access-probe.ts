import { z } from 'zod'
import type { CommandFacts } from '../command/types.ts'
import type { Engine } from './engine.ts'
import { Runner } from './runner.ts'

/**
 * A command up to the decision whether its caller may call it: permission, types, records and rule, without hooks, policies
 * and body.
 */
export const accessProbe = (engine: Engine, command: CommandFacts): Runner =>
  new Runner(engine, { ...command, ...empty, kind: 'query', output: z.void(), body: { run: () => undefined } }, [])

const empty = { errors: {}, uses: [], calls: [], hooks: [], policies: [], exposes: undefined } as const
