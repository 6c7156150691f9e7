import { systemErrors } from '../error/codes.ts'
import { type ErrorKey, formatErrorKey, parseErrorKey } from '../error/key.ts'
import type { CommandSection, ErrorSection } from '../manifest/describe-command.ts'
import type { CommandChange } from './compare-command.ts'
import { compareAnswer } from './compare-types.ts'

type Path = readonly string[]

/**
 * What callers may get instead of a value. A new declared error is breaking: deployed callers, and the exhaustive
 * `switch` of a generated client, have no branch for it. A removed one is safe: their branch is only no longer reached.
 *
 * @param changedPlaces where the input type changed: new errors of the type there are its consequence
 */
export function compareErrors(
  before: CommandSection,
  after: CommandSection,
  changedPlaces: readonly Path[],
): CommandChange[] {
  return [
    ...compareDeclared(before.errors, after.errors),
    ...compareKeys(before.possibleErrors, after.possibleErrors, changedPlaces),
  ]
}

type Declared = Readonly<Record<string, ErrorSection>>

function compareDeclared(before: Declared, after: Declared): CommandChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((code): CommandChange[] => {
    const [old, now] = [before[code], after[code]]
    if (!old) return [newError(keyOf(code, now!.category))]
    if (!now) return [removedError(keyOf(code, old.category))]
    const moved =
      old.category === now.category ? [] : [changedKey(keyOf(code, old.category), keyOf(code, now.category))]
    return [...moved, ...compareRetry(code, old, now), ...compareAnswer(`error ${code}`, old.data, now.data)]
  })
}

function compareRetry(code: string, { retry: before }: ErrorSection, { retry: after }: ErrorSection): CommandChange[] {
  const [from, to] = [JSON.stringify(before), JSON.stringify(after)]
  if (from === to) return []
  const reason = 'Engines follow what the error says when it comes; nothing is stored of the old rule.'
  return [{ level: 'safe', change: `error ${code}: retry ${from} → ${to}`, reason }]
}

/** What is derived: checks that only code knows, and the errors of subcommands. */
function compareKeys(
  before: readonly string[],
  after: readonly string[],
  changedPlaces: readonly Path[],
): CommandChange[] {
  const [known, still] = [new Set(before), new Set(after)]
  const appeared = after.filter((key) => !known.has(key))
  const gone = before.filter((key) => !still.has(key))
  const fromBelow = (keys: readonly string[]) => keys.filter(isDeclaredBelow)

  const [newBelow, goneBelow] = [fromBelow(appeared), fromBelow(gone)]
  const changes: CommandChange[] = []
  for (const old of goneBelow) {
    const index = newBelow.findIndex((key) => codeOf(key) === codeOf(old))
    changes.push(index < 0 ? removedError(old) : changedKey(old, newBelow.splice(index, 1)[0]!))
  }
  changes.push(...newBelow.map(newError))
  for (const key of appeared) if (isNewCheck(key, changedPlaces)) changes.push(newCheck(key))
  return changes
}

const parse = (key: string): ErrorKey => parseErrorKey(key)!

const codeOf = (key: string) => parse(key).code

/** A declared error of a subcommand. What its type or the moment refuses is told with the subcommand itself. */
function isDeclaredBelow(key: string): boolean {
  const { via, code } = parse(key)
  return via.length > 0 && !(code in systemErrors)
}

function isNewCheck(key: string, changedPlaces: readonly Path[]): boolean {
  const { via, category, path } = parse(key)
  return via.length === 0 && category === 'data' && !changedPlaces.some((place) => isNear(place, path.map(String)))
}

/** Whether one place lies in the other. */
const isNear = (a: Path, b: Path) => a.slice(0, b.length).every((step, index) => step === b[index])

const keyOf = (code: string, category: string) =>
  formatErrorKey({ via: [], category: category as ErrorKey['category'], path: [], code })

const newError = (key: string): CommandChange => ({
  level: 'breaking',
  change: `error ${key}: added`,
  reason: 'Callers have no branch for it. Tell them before, or publish a new command beside this one.',
})

const removedError = (key: string): CommandChange => ({
  level: 'safe',
  change: `error ${key}: removed`,
  reason: 'The branch that callers have for it is only no longer reached.',
})

const changedKey = (before: string, after: string): CommandChange => ({
  level: 'breaking',
  change: `error key: ${before} → ${after}`,
  reason: 'Keys are a public contract: callers that look for the old one no longer find it.',
})

const newCheck = (key: string): CommandChange => ({
  level: 'breaking',
  change: `error ${key}: added`,
  reason: 'A check that only code knows was added; values that were accepted so far may be refused.',
})
