import { stepKinds } from '../kinds/kinds.ts'
import type { Step } from '../plan/plan.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { readStep, widen } from '../validate/read-config.ts'

/** The field that says most about a step of a kind without a short form. */
const telling = ['if', 'on', 'list', 'while', 'until', 'signal'] as const
const longest = 48

/** What a step does, in a few words: the command that it calls, what it asks, what it makes. */
export function stepDetail(step: Step): string {
  const kind = stepKinds.get(kindOf(step) ?? '')
  if (!kind) return ''
  const read = kind.detail && readStep(step)
  if (read) return shortened(kind.detail!(read.config))
  const config = widen(kind, step[kind.name])
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return shortened(textOf(config))
  const fields = config as Readonly<Record<string, unknown>>
  const short = kind.short === undefined ? undefined : fields[kind.short]
  if (typeof short === 'string') return shortened(short)
  if (kind.nested || kind.name === 'wait') {
    const name = telling.find((field) => fields[field] !== undefined)
    return name === undefined
      ? ''
      : shortened(`${name === 'list' || name === 'if' ? '' : `${name} `}${String(fields[name])}`)
  }
  return shortened(Object.keys(fields).join(', '))
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** A text that fits into a picture. */
export const shortened = (text: string) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)
