import { type ErrorFacts, systemErrors } from '../../packages/core/src/error/codes.ts'

const intro = `# Errors

Every error that Heddle itself raises, made from \`packages/core/src/error/codes.ts\` by \`npm run docs\`. Codes are a public
contract: the same from code, over HTTP, on the command line and in clients, and never renamed. An app's own errors are
declared on its commands.

An error carries \`code\`, \`key\`, \`path\`, \`via\`, \`category\`, \`severity\`, \`message\`, \`data\`, \`retry\` and \`help\`. Its key is its
public address: names of the subcommands it crossed, category, path and code, e.g.
\`bank.NotifyOwner>data/items/0/email:InvalidString\`. \`retry\` says what a machine does next: \`never\`, \`later\`, or after so
many milliseconds.
`

const titles: Record<ErrorFacts['category'], string> = {
  data: 'Data: the caller sent something wrong',
  auth: 'Access',
  runtime: 'The moment: it may work another time',
  domain: 'Domain',
  system: 'This system: its set-up, its disk, a mistake in an app',
  external: 'Other systems',
}

/** The page `docs/errors.md`: every code by category, with what to do. */
export function errorsPage(): string {
  const groups = Map.groupBy(Object.entries<ErrorFacts>(systemErrors), ([, { category }]) => category)
  const sections = [...groups].map(([category, errors]) => {
    const rows = errors.map(([code, { message, help = '–', retry }]) => {
      const next = typeof retry === 'object' ? `after ${retry.afterMs} ms` : retry
      return `| \`${code}\` | ${message} | ${help} | ${next} |`
    })
    return [`## ${titles[category]}`, '', '| code | message | what to do | retry |', '|---|---|---|---|', ...rows].join(
      '\n',
    )
  })
  return `${[intro, ...sections].join('\n')}\n`.replaceAll('\n## ', '\n\n## ').replaceAll('\n\n\n', '\n\n')
}
