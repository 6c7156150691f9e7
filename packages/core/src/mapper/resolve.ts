import { isStream } from '../command/stream-output.ts'
import { command } from '../command/command.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import { hashOf } from '../manifest/hash.ts'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import type { Schema } from '../schema/schema.ts'
import type { Mapping } from './mapped.ts'

/**
 * Adds the commands behind `mapped` to those of an app, each with the mappers that its types ask for.
 *
 * @throws {Defect} MissingMapper, AmbiguousMapper, InvalidDefinition
 */
export function resolveMapped(commands: Map<string, CommandFacts>): void {
  const mappers = [...commands.values()].filter(({ isMapper }) => isMapper)
  const wanted = new Map<string, AnyCommand>()
  for (const { calls } of commands.values())
    for (const callee of calls) if (callee.mapping) wanted.set(callee.name, callee)
  for (const [name, facade] of wanted) {
    if (commands.has(name)) throw new Defect('DuplicateName', { name })
    commands.set(name, resolve(facade, facade.mapping!, mappers))
  }
}

function resolve(facade: AnyCommand, { callee, from, to }: Mapping, mappers: readonly CommandFacts[]): CommandFacts {
  if (isStream(callee.output)) {
    throw new Defect('InvalidDefinition', { name: facade.name, reason: 'a streamed output is not mapped' })
  }
  const there = choose(facade.name, from, callee.input, mappers)
  const back = to && choose(facade.name, callee.output, to, mappers)
  const { kind, idempotent } = callee
  const resolved = command(facade.name, {
    kind: kind === 'query' ? 'query' : 'command',
    idempotent,
    input: from,
    output: to ?? callee.output,
    calls: [there, callee, ...(back ? [back] : [])],
    async run({ input, call }) {
      const value = await call(callee, await call(there, input))
      return back ? await call(back, value) : value
    },
  })
  return { ...resolved, contract: facade }
}

/** The one mapper between two types. The same type objects win over types that are only described alike. */
function choose(name: string, from: Schema, to: Schema, mappers: readonly CommandFacts[]): AnyCommand {
  const ranked = mappers
    .map((mapper) => ({ mapper, score: score(from, mapper.input) * score(to, mapper.output as Schema) }))
    .filter((candidate) => candidate.score > 0)
  const best = Math.max(...ranked.map((candidate) => candidate.score))
  const found = ranked.filter((candidate) => candidate.score === best).map(({ mapper }) => mapper as AnyCommand)
  if (found.length === 0) throw new Defect('MissingMapper', { name })
  if (found.length === 1) return found[0]!
  throw new Defect('AmbiguousMapper', { name, mappers: found.map((mapper) => mapper.name).join(' and ') })
}

/** 2: the same type · 1: described alike · 0: another one. */
function score(wanted: Schema, given: Schema): 0 | 1 | 2 {
  if (wanted === given) return 2
  return hashOf(jsonSchemaOf(wanted, 'input')) === hashOf(jsonSchemaOf(given, 'input')) ? 1 : 0
}
