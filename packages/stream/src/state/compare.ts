import {
  canonicalJson,
  findRefusals,
  type Json,
  type JsonSchema,
  jsonSchemaOf,
  type SchemaRefusal,
  toJson,
} from '@heddle/core'
import type { Operator } from '../operator/operator.ts'
import type { CellShapes } from './cells.ts'
import { shapeChange } from './shape-change.ts'

/** What a manifest says of a cell. */
export interface CellSection {
  readonly cell: 'value' | 'list' | 'map' | 'timer'
  /** Of what it holds; a timer has none. */
  readonly schema?: JsonSchema
}

/** What a manifest says of the state of a step: what it is compared by. */
export interface StateSection {
  /** The kind of the step. */
  readonly kind: string
  /** The settings that shape its state. */
  readonly shape?: Json
  /** The type of its keys, where that is known. */
  readonly key?: JsonSchema
  readonly cells: Readonly<Record<string, CellSection>>
  /** The sources and steps that it reads. A step that reads others is not another one: it is only known again by them. */
  readonly reads?: readonly string[]
}

/**
 * What becomes of the state of a step.
 *
 * - `keep`: it fits as it is.
 * - `begin`: the step is new, and begins with nothing.
 * - `migrate`: it is changed by the migration that is named.
 * - `drop`: the step is gone.
 * - `rebuild`: it does not fit; the step has to see all its records again.
 */
export interface StateVerdict {
  readonly step: string
  readonly verdict: 'keep' | 'begin' | 'migrate' | 'drop' | 'rebuild'
  /** The migration that changes it. */
  readonly migration?: string
  /** What it was called before. */
  readonly renamedFrom?: string
  /** Whole sentences; what changed, and why it comes to this. */
  readonly reasons: readonly string[]
}

/** What is known of a change beside the two plans. */
export interface CompareStateOptions {
  /** By the name of a step, what it was called before. */
  readonly renamed?: Readonly<Record<string, string>>
  /** By the name of a step, the migration of its state. */
  readonly migrations?: Readonly<Record<string, string>>
}

/** What a manifest says of the state of an operator; undefined for one without state. */
export function stateSection({ kind, shape, state }: Operator, key?: JsonSchema): StateSection | undefined {
  if (state === undefined || Object.keys(state).length === 0) return undefined
  return { kind, ...(shape !== undefined && { shape }), ...(key !== undefined && { key }), cells: cellSections(state) }
}

const cellSections = (shapes: CellShapes): Record<string, CellSection> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      shape.cell === 'timer' ? { cell: 'timer' } : { cell: shape.cell, schema: jsonSchemaOf(shape.schema, 'output') },
    ]),
  )

/**
 * Says of each step what becomes of its state when one plan follows another.
 *
 * @example
 * compareState({ perAirport: before }, { perAirport: after }) // [{ step: 'perAirport', verdict: 'keep', reasons: […] }]
 */
export function compareState(
  before: Readonly<Record<string, StateSection>>,
  after: Readonly<Record<string, StateSection>>,
  { renamed = {}, migrations = {} }: CompareStateOptions = {},
): StateVerdict[] {
  const taken = new Set<string>()
  const known = knownAgain(before, after, renamed)
  const verdicts = Object.entries(after).map(([step, section]): StateVerdict => {
    const name = known.get(step) ?? formerName(step, before, renamed)
    const old = before[name]
    if (old === undefined) {
      return { step, verdict: 'begin', reasons: ['The step is new: it sees only the records that come from now on.'] }
    }
    taken.add(name)
    const from = name === step ? {} : { renamedFrom: name }
    const reasons = differences(old, section)
    const migration = migrations[step]
    if (reasons.length === 0) return { step, verdict: 'keep', ...from, reasons: notes(old, section) }
    if (migration !== undefined) return { step, verdict: 'migrate', migration, ...from, reasons }
    return { step, verdict: 'rebuild', ...from, reasons }
  })
  const gone = Object.keys(before).filter((step) => !taken.has(step))
  const begun = verdicts.filter(({ verdict }) => verdict === 'begin').map(({ step }) => step)
  return [...verdicts, ...gone.map((step) => dropped(step, before[step]!, begun, after))]
}

/** A step that is gone: what is lost, and what helps where it only has another name. */
function dropped(
  step: string,
  { kind }: StateSection,
  begun: readonly string[],
  after: Readonly<Record<string, StateSection>>,
): StateVerdict {
  const reasons = ['No step of the plan has this state any more: what is open in it, e.g. a window, is not told.']
  const like = begun.filter((other) => after[other]!.kind === kind)
  if (like.length > 0) {
    const names = like.map((other) => `{ ${other}: '${step}' }`).join(' or ')
    reasons.push(`Where the step only has another name, say so with \`renamed\` of the job: ${names}.`)
  }
  return { step, verdict: 'drop', reasons }
}

/** Steps that have another name, and are as those that are gone in all else: where that is sure, since one alone fits. */
function knownAgain(
  before: Readonly<Record<string, StateSection>>,
  after: Readonly<Record<string, StateSection>>,
  renamed: Readonly<Record<string, string>>,
): Map<string, string> {
  const taken = new Set(Object.keys(after).map((step) => formerName(step, before, renamed)))
  const gone = Object.keys(before).filter((step) => !taken.has(step))
  const fresh = Object.keys(after).filter((step) => !Object.hasOwn(before, formerName(step, before, renamed)))
  const pairs = fresh.flatMap((step) =>
    gone.filter((other) => isAlike(before[other]!, after[step]!)).map((other) => [step, other] as const),
  )
  const isSure = ([step, other]: readonly [string, string]) =>
    pairs.filter(([one, two]) => one === step || two === other).length === 1
  return new Map(pairs.filter(isSure))
}

const isAlike = (before: StateSection, after: StateSection): boolean =>
  before.reads !== undefined && canonicalJson(toJson(before)) === canonicalJson(toJson(after))

/** A step that has its name still is itself, whatever was renamed. */
const formerName = (
  step: string,
  before: Readonly<Record<string, StateSection>>,
  renamed: Readonly<Record<string, string>>,
) => (Object.hasOwn(before, step) ? step : (renamed[step] ?? step))

/** Why what was kept cannot be used as it is. */
function differences(before: StateSection, after: StateSection): string[] {
  if (before.kind !== after.kind) return [`The step is a ${after.kind} now; it was a ${before.kind}.`]
  const reasons: string[] = []
  const [old, now] = [canonicalJson(before.shape ?? null), canonicalJson(after.shape ?? null)]
  if (old !== now)
    reasons.push(`Settings that shape its state changed: ${shapeChange(after.kind, before.shape, after.shape)}.`)
  // Keys are looked up, so that each must mean the same in both ways.
  reasons.push(...refused('keys', before.key, after.key), ...refused('keys', after.key, before.key))
  for (const [name, cell] of Object.entries(after.cells)) {
    const was = before.cells[name]
    if (was === undefined) reasons.push(`The cell "${name}" is new, and would know nothing of the records so far.`)
    else if (was.cell !== cell.cell) reasons.push(`The cell "${name}" is a ${cell.cell} now; it was a ${was.cell}.`)
    // Where its settings differ, those are the cause, and what people know of it.
    else if (old === now) reasons.push(...refused(`cell "${name}"`, was.schema, cell.schema))
  }
  return [...new Set(reasons)]
}

/** Where values that were kept may not be of the type that they are read by. */
const refused = (what: string, kept: JsonSchema = {}, read: JsonSchema = {}): string[] =>
  findRefusals(kept, read).map((refusal) => `The type of the ${what} changed: ${textOf(refusal)}.`)

const textOf = ({ path, what, from, to, isProven }: SchemaRefusal): string =>
  `${path.length > 0 ? `${path.join('/')}: ` : ''}${what} ${from} → ${to}${isProven ? '' : ' (it cannot be shown to fit)'}`

/** What is worth knowing of state that is kept. */
const notes = (before: StateSection, after: StateSection): string[] => {
  const gone = Object.keys(before.cells).filter((name) => !Object.hasOwn(after.cells, name))
  return [
    'What is kept fits.',
    ...gone.map((name) => `The cell "${name}" is not needed any more, and what it holds is removed.`),
  ]
}
