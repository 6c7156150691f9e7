import type { CheckedJob } from '../validate/check-job.ts'
import { neededOf } from '../validate/needed-of.ts'
import { nameOf } from '../validate/streams.ts'

/**
 * What a job is read for and what it hands on, a line for each source, step and sink.
 *
 * @example explainStreams(checked.job) // ['source flights: read for at, delay', 'late: reads flights', …]
 */
export function explainStreams(job: CheckedJob): readonly string[] {
  const needed = neededOf(job)
  const sources = Array.from(job.sources.keys(), (name) => {
    const paths = needed.get(name)!
    const told = paths === 'all' ? 'whole records' : paths.map((path) => path.join('.')).join(', ') || 'their number'
    return `source ${name}: read for ${told}`
  })
  const steps = Array.from(job.steps.values(), ({ id, inputs, key, emits, sides }) => {
    const parts = [
      `reads ${inputs.map(nameOf).join(' and ')}`,
      ...(key === undefined ? [] : [`key ${Object.keys(key.fields).join(', ')}`]),
      ...(emits === 'changes' ? ['withdraws what it told before'] : []),
      ...(sides.size === 0 ? [] : [`sides ${[...sides.keys()].join(', ')}`]),
    ]
    return `${id}: ${parts.join('; ')}`
  })
  const sinks = Array.from(job.sinks.values(), ({ name, from, flow, keys }) => {
    const replaced = keys && keys.length > 0 ? `; a result replaces the one with its ${keys.join(', ')}` : ''
    return `sink ${name}: takes ${nameOf(from)}${flow === 'changes' ? ', also what is withdrawn' : ''}${replaced}`
  })
  return [...sources, ...steps, ...sinks]
}
