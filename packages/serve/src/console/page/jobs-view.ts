import { fill, h } from './dom.ts'
import { followed } from './followed.ts'
import { figuresOf, type Job, notesOf } from './job.ts'
import { table } from './table.ts'
import { errorLines, note, stateBadge } from './text.ts'
import type { Page, View } from './view.ts'

/** The jobs of the app, as they go on. */
export class JobsView implements View {
  readonly title = 'Jobs'
  readonly element = h('div', {}, note('Loading…'))
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  enter(rest: string): boolean {
    return rest === ''
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { server } = this.#page
    if (!server.find('heddle.WatchJobs')) return fill(this.element, note('This app has no jobs.'))
    const errors = await followed<{ readonly jobs: readonly Job[] }>(
      server,
      'heddle.WatchJobs',
      {},
      signal,
      ({ jobs }) => fill(this.element, tableOf(jobs)),
    )
    if (errors.length > 0) fill(this.element, errorLines(errors))
  }
}

function tableOf(jobs: readonly Job[]): HTMLElement {
  const [first] = jobs
  if (!first) return note('This app has no jobs.')
  const heads = ['Job', ...Object.keys(figuresOf(first)), 'Guarantee']
  const rows = jobs.map((job) => [
    [
      h('a', { class: 'code', href: `#/jobs/${encodeURIComponent(job.job)}` }, job.job),
      ' ',
      stateBadge(job.state),
      notesOf(job).map((line) => h('span', { class: 'quiet' }, ` ${line}`)),
    ],
    ...Object.values(figuresOf(job)),
    job.guarantee,
  ])
  return table(heads, rows, 'The jobs of the app')
}
