import { type AnyCommand, type Json, type KeptOutcome, keepOutcome, success } from '@heddle/core'
import { partsOf } from '../body/earlier-keys.ts'
import { hashInput } from '../body/hash-input.ts'
import type { Entry } from '../run/run.ts'

/** What a step is recorded with. */
export interface RecordedStep {
  readonly command: AnyCommand
  readonly input: unknown
  /** What it answered. */
  readonly value: unknown
}

/** One line of a journal, as a migration sees it. */
export interface DraftEntry {
  readonly key: string
  readonly kind: Entry['kind']
  readonly command?: string
  /** What a step or child answered with success, or a signal brought. */
  readonly value?: Json
}

/**
 * The journal of a run while it is migrated. Keys may be patterns: `orders[*]/charge` is the step `charge` of each of the
 * orders, and `orders[*]` all that is recorded of them.
 */
export interface JournalDraft {
  readonly entries: readonly DraftEntry[]
  has(key: string): boolean
  /** What is recorded under a key. */
  value(key: string): Json | undefined
  /** Calls what is recorded under a key, and all below it, otherwise: `rename('orders[*]/charge', 'orders[*]/pay')`. */
  rename(from: string, to: string): void
  /** Forgets what is recorded under a key, and all below it: it is done again where the code asks for it. */
  drop(key: string): void
  /**
   * Records a step as done, behind what is recorded under `after`, or first of all.
   *
   * @throws {TypeError} when nothing is recorded under `after`
   */
  addStep(key: string, step: RecordedStep, after?: string): void
  /** Records a step otherwise: another command, input or answer. What is left out stays as it is. */
  changeStep(key: string, change: (entry: DraftEntry) => Partial<RecordedStep>): void
  /** What the run was started with. */
  input: Json
}

/** A draft over entries, and what it comes to. */
export function draftJournal(recorded: readonly Entry[], input: Json, at: Date): JournalDraft & { result(): Entry[] } {
  let entries = [...recorded]
  const under = (pattern: string) => (entry: Entry) => matched(pattern, entry.key) !== undefined
  const found = (key: string) => entries.find((entry) => entry.key === key && entry.kind !== 'timer')
  return {
    input: input,
    get entries() {
      return entries.map(shown)
    },
    has: (key) => entries.some(under(key)),
    value: (key) => {
      const entry = found(key)
      return entry && valueOf(entry)
    },
    rename(from, to) {
      entries = entries.map((entry) => {
        const names = matched(from, entry.key)
        return names ? { ...entry, key: renamed(from, to, entry.key, names) } : entry
      })
    },
    drop(key) {
      entries = entries.filter((entry) => !under(key)(entry))
    },
    addStep(key, { command, input: given, value }, after) {
      const last = after === undefined ? -1 : entries.findLastIndex(under(after))
      if (after !== undefined && last < 0) throw new TypeError(`nothing is recorded under ${after}`)
      entries.splice(last + 1, 0, {
        key,
        kind: 'step',
        command: command.name,
        input: hashInput(given),
        value: keepOutcome(success(value)) as unknown as Json,
        at,
      })
    },
    changeStep(key, change) {
      entries = entries.map((entry) => {
        if (entry.kind !== 'step' || !under(key)(entry)) return entry
        const given = change(shown(entry))
        return {
          ...entry,
          ...(given.command && { command: given.command.name }),
          ...('input' in given && { input: hashInput(given.input) }),
          ...('value' in given && { value: keepOutcome(success(given.value)) as unknown as Json }),
        }
      })
    },
    result: () => entries,
  }
}

const shown = (entry: Entry): DraftEntry => {
  const { key, kind, command } = entry
  const value = valueOf(entry)
  return { key, kind, ...(command && { command }), ...(value !== undefined && { value }) }
}

function valueOf({ kind, value }: Entry): Json | undefined {
  if (kind === 'signal') return (value as { data?: Json } | undefined)?.data
  if (kind !== 'step' && kind !== 'child') return value
  const kept = value as unknown as KeptOutcome | undefined
  return kept?.ok ? (kept.value as Json) : undefined
}

/** What undoes a step stands beside all keys, under the same path. */
const undo = 'undo/'

/** What the stars of a pattern stand for in a key that it or its beginning is; undefined where it is not. */
function matched(pattern: string, key: string): string[] | undefined {
  const wanted = partsOf(pattern)
  const parts = partsOf(key.startsWith(undo) && !pattern.startsWith(undo) ? key.slice(undo.length) : key)
  const names: string[] = []
  for (const [index, part] of wanted.entries()) {
    const is = parts[index]
    if (is === part) continue
    const open = part.indexOf('[*]')
    const scope = open < 0 ? undefined : part.slice(0, open + 1)
    if (scope === undefined || !is?.startsWith(scope)) return undefined
    names.push(is.slice(scope.length, -1))
  }
  return names
}

function renamed(from: string, to: string, key: string, names: readonly string[]): string {
  const isUndo = key.startsWith(undo) && !from.startsWith(undo)
  const rest = partsOf(isUndo ? key.slice(undo.length) : key).slice(partsOf(from).length)
  let next = 0
  const begin = partsOf(to).map((part) => part.replace('[*]', () => `[${names[next++] ?? ''}]`))
  return (isUndo ? undo : '') + [...begin, ...rest].join('/')
}
