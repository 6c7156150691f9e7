import { join, relative } from 'node:path'
import type { Host, HttpPart, Part, PartKind } from 'heddle'
import { countFlights } from './count-flights.ts'
import { listFiles } from './import/list-files.ts'
import { count } from './import/progress.ts'

/** What is printed is for people, so nothing about it can break. */
const guideKind: PartKind = { name: 'guide', compare: () => [] }

interface Example {
  readonly title: string
  readonly command: string
  /** Field → value: a query of a URL and flags of a command line. */
  readonly input: Readonly<Record<string, string>>
}

const examples: readonly Example[] = [
  {
    title: 'Delays by airport and day',
    command: 'DelaysByAirport',
    input: { airport: 'ORD', from: '2001-01-01', to: '2001-01-07' },
  },
  { title: 'The worst routes', command: 'WorstRoutes', input: { minFlights: '20', limit: '5' } },
  {
    title: 'Find the flights from LAX to SFO that were most late',
    command: 'FindFlights',
    input: { origin: 'LAX', destination: 'SFO', orderBy: 'delay', descending: 'true', limit: '5' },
  },
]

/** Says, once the app serves, what is there, where to look and what to try. */
export function guide(web: HttpPart): Part {
  return {
    kind: guideKind,
    name: 'flights.Guide',
    describe: () => ({}),
    async start({ app, folder }: Host) {
      const { flights } = await app.callOrThrow(countFlights, {})
      const { files } = await app.callOrThrow(listFiles, {})
      const refused = files.reduce((sum, file) => sum + file.refused, 0)
      const call = commandLine(folder)
      const streaming = await app.callByName('flights.Delays', {})
      const hasEnded = streaming.ok && (streaming.value as { readonly state: string }).state === 'ended'
      return [
        `${count(flights)} flights are there, ${count(refused)} rows were refused`,
        '',
        hasEnded
          ? 'All flights were streamed. To begin anew, and to look at what came of it:'
          : 'The flights are streamed as if they were reported now; look at it go on:',
        `  ${web.url}/_heddle/console#/jobs/flights.Delays`,
        '',
        `All commands, with a form to try each:  ${web.url}/`,
        `The rows that were refused, and why:    ${call('ListRefusedRows', {})}`,
        ...examples.flatMap(({ title, command, input }) => [
          '',
          `${title}:`,
          `  curl '${web.url}/flights/${command}?${new URLSearchParams(input)}'`,
          `  ${call(command, input)}`,
        ]),
      ].join('\n')
    },
  }
}

/** Makes command lines that can be pasted where the app was started. */
function commandLine(folder: string) {
  const file = relative(process.cwd(), join(import.meta.dirname, 'app.ts'))
  const isUsual = folder === join(import.meta.dirname, '.heddle')
  const where = [`--app ${quote(file)}`, ...(isUsual ? [] : [`--folder ${quote(folder)}`])]
  return (command: string, input: Readonly<Record<string, string>>) =>
    ['npx heddle call', `flights.${command}`, ...Object.entries(input).map(flag), ...where].join(' ')
}

function flag([name, value]: [string, string]): string {
  const dashed = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return value === 'true' ? dashed : `${dashed} ${value}`
}

const quote = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
