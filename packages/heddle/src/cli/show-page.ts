import type { Json } from '@heddle/core'
import { kebab, type TableRow } from '@heddle/serve'
import type { Argument, CliCommand } from './cli-command.ts'
import type { Out } from './out.ts'
import type { ToolApp } from './tool-app.ts'

/** How many there are at most in one page. */
export const limitArgument = {
  type: 'number',
  default: 100,
  summary: 'How many at most',
} as const satisfies Argument

/** What a list was asked for with: the next page is asked for with the same. */
export interface AskedPage {
  readonly args: Readonly<Record<string, unknown>>
  /** It knows the options that every command of the tool takes. */
  readonly app: ToolApp
  readonly commands: readonly CliCommand[]
}

/** One page of a list, for people. */
export interface ShownPage {
  /** The name of the tool's command that lists. */
  readonly of: string
  readonly asked: AskedPage
  readonly rows: readonly TableRow[]
  /** What is said where there is none, e.g. `there are no runs`. */
  readonly none: string
  /** Where the next page begins; missing behind the last one. */
  readonly next: string | number | undefined
  /** Whether nothing may come behind it all the same. @default false */
  readonly mayBeLast?: boolean
}

/** Shows a page of a list: people are told how to get the next one, programs find that in the value. */
export function showPage(out: Out, value: Json, page: ShownPage): void {
  const { of, asked, rows, none, next, mayBeLast = false } = page
  const word = mayBeLast ? 'may be' : 'are'
  const line = () => ['heddle', of, ...givenWords(of, asked), '--after', quoted(String(next))].join(' ')
  const more = next === undefined ? [] : [`There ${word} more: ${line()}`]
  out.show(value, rows.length === 0 ? [none] : [...out.table(rows), ...more])
}

/** The options that were given, as they are typed again, without the place of the page. */
function givenWords(of: string, { args, app: tool, commands }: AskedPage): string[] {
  const { app, folder, mode, config, set = [] } = tool.session.values
  const table = commands.find(({ name }) => name === of)?.args ?? {}
  const own = Object.entries(table).flatMap(([name, argument]) => {
    const value = args[name]
    const isUsual = 'default' in argument && value === argument.default
    if (name === 'after' || value === undefined || isUsual) return []
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.map((each) => option(name, String(each)))
  })
  const common = Object.entries({ app, folder, mode, config }).flatMap(([name, value]) =>
    value === undefined ? [] : [option(name, value)],
  )
  // A value of the configuration may be a secret, which is not for the screen: its name says what to give again.
  const sets = set.map((text) => `--set ${quoted(text.split('=', 1)[0]!)}=…`)
  return [...own, ...common, ...sets]
}

const option = (name: string, value: string) => `--${kebab(name)} ${quoted(value)}`

/** A word for a shell. */
const quoted = (word: string) => (/^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
