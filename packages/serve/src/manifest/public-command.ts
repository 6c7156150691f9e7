import { type CommandSection, type Sections, withHash } from '@heddle/core'
import { blankSecrets } from './blank-secrets.ts'

/** What else is told: only names in these are. */
export interface Around {
  /** The ports that it touches, itself or through others, and that may be told. */
  readonly uses: readonly string[]
  readonly commands: Sections
  readonly events: Sections
}

/** A command's section as strangers may see it: what they send, what they get, and what they have to know to do so. */
export function publicCommand(section: CommandSection, { uses, commands, events }: Around): CommandSection {
  const { name, domain, kind, summary, description, idempotent, destructive, access, input, output, errors } = section
  const {
    emits = [],
    begins,
    examples,
    errorExamples,
    possibleErrors,
    morePossibleErrors,
    isMapper,
    version,
    deprecated,
  } = section
  const told = emits.filter((event) => Object.hasOwn(events, event))
  const follows = begins && [begins.awaits, begins.status, begins.watch].every((each) => Object.hasOwn(commands, each))
  // Named one by one, so that what is added to sections is not told by itself.
  return withHash({
    name,
    domain,
    kind,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
    ...(deprecated && { deprecated }),
    idempotent,
    destructive,
    access,
    input: blankSecrets(input),
    output,
    errors,
    calls: [],
    uses,
    ...(told.length > 0 && { emits: told }),
    policies: [],
    ...(isMapper && { isMapper }),
    ...(version !== undefined && { version }),
    ...(deprecated && { deprecated: publicDeprecation(deprecated, commands) }),
    ...(follows && { begins }),
    examples,
    ...(errorExamples && { errorExamples }),
    possibleErrors,
    ...(morePossibleErrors && { morePossibleErrors }),
  })
}

/** What to call in its place is named to those who may know of it. */
function publicDeprecation({ use, ...days }: NonNullable<CommandSection['deprecated']>, commands: Sections) {
  return { ...days, ...(use !== undefined && Object.hasOwn(commands, use) && { use }) }
}
