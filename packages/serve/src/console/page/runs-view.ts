import { choice, offer } from './choice.ts'
import { fill, h, labelled } from './dom.ts'
import { Following } from './following.ts'
import { Pages } from './pages.ts'
import { table } from './table.ts'
import { errorLines, note, stateBadge, timeText } from './text.ts'
import type { Page, View } from './view.ts'

/** What is shown of a run in a list. */
interface ListedRun {
  readonly run: string
  readonly workflow: string
  readonly state: string
  readonly queue: string
  readonly createdAt: string
  readonly endedAt?: string
  readonly because?: string
}

const states = ['ready', 'running', 'waiting', 'paused', 'parked', 'blocked', 'succeeded', 'failed', 'cancelled']
const limit = 50

/** The runs of the app, the newest first, as they go on. */
export class RunsView implements View {
  readonly title = 'Runs'
  readonly #page: Page
  readonly #states = choice('any state', states, '')
  readonly #workflows = choice('any workflow', [], '')
  readonly #list = h('div')
  readonly #pages = new Pages<string>(() => this.#following.again())
  readonly element = h(
    'div',
    {},
    h(
      'div',
      { class: 'filters' },
      labelled('State', 'run-state', this.#states),
      labelled('Workflow', 'run-workflow', this.#workflows),
    ),
    this.#list,
    this.#pages.element,
  )
  readonly #following = new Following((signal) => this.#follow(signal))

  constructor(page: Page) {
    this.#page = page
    for (const select of [this.#states, this.#workflows])
      select.addEventListener('change', () => {
        this.#pages.reset()
        this.#following.again()
      })
  }

  enter(rest: string): boolean {
    return rest === ''
  }

  follow(signal: AbortSignal): void {
    offer(this.#workflows, 'any workflow', this.#page.server.facts.workflows)
    this.#following.begin(signal)
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { server } = this.#page
    if (!server.find('heddle.ListRuns')) return fill(this.#list, note('This app has no workflows.'))
    const [state, workflow] = [this.#states.value, this.#workflows.value]
    const { after } = this.#pages
    const input = { limit, ...(state && { states: [state] }), ...(workflow && { workflow }), ...(after && { after }) }
    const live = server.live<{ readonly runs: readonly ListedRun[]; readonly next?: string }>(
      'heddle.ListRuns',
      input,
      signal,
    )
    for await (const outcome of live) {
      if (signal.aborted) return
      if (!outcome.ok) return fill(this.#list, errorLines(outcome.errors))
      const { runs, next } = outcome.value
      this.#pages.draw(next)
      if (runs.length === 0) fill(this.#list, note('No runs.'))
      else
        fill(
          this.#list,
          table(['Run', 'Workflow', 'State', 'Began', 'Ended'], runs.map(rowOf), 'Runs, the newest first'),
        )
    }
  }
}

const rowOf = ({ run, workflow, state, createdAt, endedAt, because }: ListedRun) => [
  h('a', { class: 'code', href: `#/runs/${encodeURIComponent(run)}` }, run),
  h('code', {}, workflow),
  [stateBadge(state), because !== undefined && h('span', { class: 'quiet' }, ` ${because}`)],
  timeText(createdAt),
  endedAt === undefined ? '—' : timeText(endedAt),
]
