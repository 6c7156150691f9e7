import type { Part } from '../app/part.ts'
import type { Exposes } from '../command/exposes.ts'
import type { CommandFacts } from '../command/types.ts'
import { systemErrors, type SystemCode } from '../error/codes.ts'
import { declaredFacts } from '../error/declared.ts'
import { formatErrorKey, parseErrorKey } from '../error/key.ts'
import { findFilled } from '../schema/from-caller.ts'
import { inputErrors } from './input-errors.ts'

/** Every error that a command can end with, as keys, sorted. */
export interface PossibleErrors {
  readonly keys: readonly string[]
  /**
   * False when there are more than `possibleErrorLimit`: then those of the farthest subcommands are missing. False also
   * when a contract is called: what its implementation calls is not listed.
   */
  readonly complete: boolean
}

/** How many keys one command lists. */
export const possibleErrorLimit = 1000

/** Keys by depth: the command's own, those of its direct subcommands, and so on. */
interface Levels {
  readonly byDepth: readonly (readonly string[])[]
  readonly complete: boolean
}

/** What was derived, for each app by itself: its parts add to what its commands can end with. */
const derived = new WeakMap<readonly Part[], Map<CommandFacts, Levels>>()

/** The app in which errors are derived. */
interface InApp {
  readonly parts: readonly Part[]
  readonly known: Map<CommandFacts, Levels>
}

const noParts: readonly Part[] = []

/**
 * Derives what can go wrong over the whole tree of calls: what the input type refuses, the declared errors, access, and
 * what can always happen. Errors of a subcommand carry its name (`via`). A contract ends a branch, and with it a
 * recursion: it tells its own errors, not those of the commands that its implementation calls. What a decoder says about
 * bytes (`MalformedInput` …) belongs to the surfaces and is not listed.
 *
 * @param parts those of its app: an entity that refers to another one adds an error to the commands that may delete it
 */
export function possibleErrors(command: CommandFacts, parts: readonly Part[] = noParts): PossibleErrors {
  const known = derived.get(parts) ?? new Map<CommandFacts, Levels>()
  derived.set(parts, known)
  const { byDepth, complete } = levels(command, { parts, known })
  const keys = new Set([...fromOutside(command), ...byDepth.flat()])
  return { keys: [...keys].sort(), complete }
}

/** What can happen whether or not a caller is another command. Computed once, however many commands call this one. */
function levels(command: CommandFacts, inApp: InApp): Levels {
  const { known } = inApp
  let found = known.get(command)
  if (!found) {
    known.set(command, { byDepth: [], complete: true }) // A circle, which only a broken definition has, ends here.
    known.set(command, (found = derive(command, inApp)))
  }
  return found
}

function derive(command: CommandFacts, inApp: InApp): Levels {
  const own = inside(command, inApp)
  const byDepth = [own.slice(0, possibleErrorLimit)]
  let total = own.length
  const { exposes } = command
  const callees = command.calls
    .filter((callee) => callee !== exposes?.command)
    .map((callee) => ({ via: `${callee.name}>`, levels: levels(callee, inApp) }))
  if (exposes) callees.push({ via: '', levels: exposedLevels(exposes, levels(exposes.command, inApp)) })
  const deepest = Math.max(0, ...callees.map((callee) => callee.levels.byDepth.length))
  for (let depth = 0; depth < deepest && total <= possibleErrorLimit; depth++) {
    const keys = callees.flatMap(({ via, levels: { byDepth: below } }) => (below[depth] ?? []).map((key) => via + key))
    total += keys.length
    if (total <= possibleErrorLimit) byDepth.push(keys)
  }
  // Of a command of another app it is told by that app.
  const isKnown = command.kind !== 'contract' || command.toldErrors !== undefined
  const isWhole = isKnown && callees.every((callee) => callee.levels.complete)
  return { byDepth, complete: isWhole && total <= possibleErrorLimit }
}

/** The errors of the command behind are those of the one that exposes it, in its words. */
function exposedLevels({ place, failures }: Exposes, { byDepth: [own = [], ...below], complete }: Levels): Levels {
  const told = own.flatMap((key) => {
    const error = parseErrorKey(key)!
    // What is told otherwise is among the errors that it declares.
    if (failures && Object.hasOwn(failures, error.code)) return []
    return place && error.path.length > 0 ? [formatErrorKey({ ...error, path: place(error.path) })] : [key]
  })
  return { byDepth: [told, ...below], complete }
}

function inside(command: CommandFacts, { parts }: InApp): string[] {
  const keys = inputErrors(command.input, possibleErrorLimit).map(({ path, code }) =>
    formatErrorKey({ via: [], category: systemErrors[code].category, path, code }),
  )
  for (const [code, data] of Object.entries(command.errors)) {
    keys.push(formatErrorKey({ via: [], category: declaredFacts(code, data).category, path: [], code }))
  }
  keys.push(...system('Cancelled', 'DeadlineExceeded'))
  // What the implementation of a contract uses is not known here.
  const mayStore = command.kind === 'contract' || command.uses.some(({ bind }) => bind)
  if (writes(command) && mayStore) keys.push(...system('NotUnique'))
  if (writes(command)) {
    for (const { failures = [] } of command.uses) {
      keys.push(...system(...(typeof failures === 'function' ? failures(parts) : failures)))
    }
  }
  keys.push(...(command.toldErrors ?? []))
  keys.push(...system(...command.policies.flatMap(({ raises = [] }) => raises)))
  return keys
}

/** What only the outermost command can end with: access, the idempotency key, the commit, a defect. */
function fromOutside(command: CommandFacts): string[] {
  const keys = system('Internal', 'InProgress', 'KeyReused', 'ShuttingDown', 'Unavailable')
  if (command.access !== 'public') keys.push(...system('Denied', 'Unauthenticated'))
  else if (wantsCaller(command)) keys.push(...system('Unauthenticated'))
  if (writes(command)) keys.push(...system('Conflict', 'DatabaseReadOnly', 'DiskFull'))
  return keys
}

/** Whether a stranger cannot give it what is filled in from the caller. */
function wantsCaller({ input }: CommandFacts): boolean {
  const filled = findFilled(input)
  return typeof filled !== 'string' && filled.some(({ isOptional }) => !isOptional)
}

const writes = ({ kind }: CommandFacts) => kind !== 'query'

const system = (...codes: readonly SystemCode[]) =>
  codes.map((code) => formatErrorKey({ via: [], category: systemErrors[code].category, path: [], code }))
