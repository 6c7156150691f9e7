import { z } from 'zod'
import { sinkKinds } from '../sink/kinds.ts'
import { defineSink, type Sink, type SinkKind } from '../sink/sink.ts'
import { sourceKinds } from '../source/kinds.ts'
import { defineSource, type Source, type SourceKind } from '../source/source.ts'
import type { JobOptions } from './job-options.ts'

/** The kinds of sources that a job knows: those that are built in, those that it was given, and `given` itself. */
export function sourceKindsOf({ sourceKinds: more = [], sources = {} }: JobOptions): ReadonlyMap<string, SourceKind> {
  const kinds = [...sourceKinds.values(), ...more, givenSource(sources)]
  return new Map(kinds.map((kind) => [kind.name, kind]))
}

/** The kinds of sinks that a job knows. */
export function sinkKindsOf({ sinkKinds: more = [], sinks = {} }: JobOptions): ReadonlyMap<string, SinkKind> {
  const kinds = [...sinkKinds.values(), ...more, givenSink(sinks)]
  return new Map(kinds.map((kind) => [kind.name, kind]))
}

const nameIn = (known: object, what: 'source' | 'sink') => {
  const names = Object.keys(known)
  const help = names.length > 0 ? `known: ${names.join(', ')}` : `give it to the job in code, as one of its ${what}s`
  return z.strictObject({
    name: z.string().refine((name) => names.includes(name), `There is no such ${what}; ${help}`),
  })
}

const givenSource = (sources: Readonly<Record<string, Source>>): SourceKind =>
  defineSource({
    name: 'given',
    summary: 'A source that is given in code, by its name',
    config: nameIn(sources, 'source'),
    short: 'name',
    examples: ['flights'],
    create: ({ name }) => sources[name]!,
  }) as SourceKind

const givenSink = (sinks: Readonly<Record<string, Sink>>): SinkKind =>
  defineSink({
    name: 'given',
    summary: 'A sink that is given in code, by its name',
    config: nameIn(sinks, 'sink'),
    short: 'name',
    examples: ['out'],
    create: ({ name }) => sinks[name]!,
  }) as SinkKind
