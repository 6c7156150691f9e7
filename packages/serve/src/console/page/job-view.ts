import { clockMs } from '../../client/runtime/host.ts'
import { Chart, numberText } from './chart.ts'
import { decoded } from './decoded.ts'
import { button, fill, h } from './dom.ts'
import { followed } from './followed.ts'
import { bytesText, figuresOf, type Job, minuteText, notesOf, rateOf, threadText } from './job.ts'
import { LiveRows, type RowChange } from './live-rows.ts'
import { table } from './table.ts'
import { errorLines, note, spanText, stateBadge } from './text.ts'
import type { Page, View } from './view.ts'

interface Explained {
  readonly plan: string
  readonly guarantee: { readonly text: string; readonly because: readonly string[] }
  readonly sinks: readonly { readonly name: string; readonly kind: string }[]
}

/** What an operator may do with a job, by how it stands. */
const actions: Readonly<Record<string, readonly string[]>> = {
  running: ['Pause'],
  paused: ['Resume', 'Begin anew'],
  failed: ['Resume', 'Begin anew'],
  ended: ['Begin anew'],
}

/** How many seconds of rates are kept. */
const keptRates = 600

/** One job: how it is doing, and what its live views show, as it happens. */
export class JobView implements View {
  readonly title: string
  readonly element = h('div', { class: 'job' }, note('Loading…'))
  readonly #page: Page
  readonly #job: string
  readonly #head = h('div')
  readonly #actions = h('div', { class: 'actions' })
  readonly #told = h('div', { role: 'status' })
  readonly #figures = h('dl', { class: 'tiles' })
  readonly #rate = new Chart('Records/s', false)
  readonly #rates: { readonly at: number; readonly rate: number }[] = []
  readonly #views = h('div')
  readonly #tables = h('div')
  readonly #plan = h('div')
  #state = ''

  constructor(page: Page, job: string) {
    this.#page = page
    this.#job = job
    this.title = `Job ${job}`
  }

  enter(rest: string): boolean {
    return decoded(rest) === this.#job
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { server } = this.#page
    if (!server.find('heddle.WatchJobs')) return fill(this.element, note('This app has no jobs.'))
    const explained = await server.call<Explained>('heddle.ExplainJob', { job: this.#job }, signal)
    if (signal.aborted) return
    if (!explained.ok) return fill(this.element, backLink(), errorLines(explained.errors))
    fill(
      this.element,
      backLink(),
      this.#head,
      this.#actions,
      this.#told,
      this.#figures,
      h('div', { class: 'charts' }, this.#rate.element),
      this.#views,
      this.#tables,
      this.#plan,
    )
    this.#showPlan(explained.value)
    const { sinks } = explained.value
    const views = new Map(sinks.filter(({ kind }) => kind === 'view').map(({ name }) => [name, new LiveRows(name)]))
    fill(
      this.#views,
      [...views.values()].map(({ element }) => element),
    )
    const told = { job: this.#job }
    const showing = followed<RowChange & { readonly view: string }>(
      server,
      'heddle.WatchViews',
      told,
      signal,
      (change, isFirst) => {
        if (isFirst) for (const rows of views.values()) rows.clear()
        views.get(change.view)?.take(change)
      },
    )
    const telling = followed<{ readonly jobs: readonly Job[] }>(
      server,
      'heddle.WatchJobs',
      told,
      signal,
      ({ jobs }) => {
        if (jobs[0]) this.#draw(jobs[0])
      },
    )
    const [errors = []] = (await Promise.all([telling, showing])).filter(({ length }) => length > 0)
    if (errors.length > 0) fill(this.#told, errorLines(errors))
  }

  #showPlan({ plan, guarantee: { because } }: Explained): void {
    fill(
      this.#plan,
      h('h3', {}, 'Plan'),
      h('pre', { class: 'json plan', tabindex: '0', 'aria-label': `plan of ${this.#job}` }, plan),
      because.map((line) => note(line)),
    )
  }

  #draw(job: Job): void {
    const { state, guarantee, epoch, checkpoint } = job
    const notes = notesOf(job)
    fill(
      this.#head,
      h('h2', {}, h('code', {}, job.job), ' ', stateBadge(state)),
      h('p', { class: 'quiet' }, guarantee),
      notes.length > 0 &&
        h(
          'div',
          { class: 'why' },
          notes.map((line) => h('p', {}, line)),
        ),
    )
    if (state !== this.#state)
      fill(
        this.#actions,
        (actions[state] ?? []).map((label) => this.#action(label)),
      )
    this.#state = state
    const figures = {
      ...figuresOf(job),
      Thread: threadText(job),
      Checkpoint: checkpoint
        ? `${epoch}, in ${spanText(checkpoint.ms)}, ${bytesText(checkpoint.bytes)}`
        : String(epoch),
    }
    fill(
      this.#figures,
      Object.entries(figures).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    )
    this.#rates.push({ at: performance.timeOrigin + clockMs(), rate: rateOf(job) })
    if (this.#rates.length > keptRates) this.#rates.shift()
    this.#rate.draw(
      this.#rates.map(({ at }) => at),
      this.#rates.map(({ rate }) => rate),
    )
    fill(this.#tables, ...tablesOf(job))
  }

  #action(label: string): HTMLElement {
    const pipeline = this.#job
    const acts: Readonly<Record<string, readonly string[]>> = {
      Pause: ['heddle.PauseJob'],
      Resume: ['heddle.ResumeJob'],
      'Begin anew': ['heddle.ResetJob', 'heddle.ResumeJob'],
    }
    return button(label, async () => {
      if (
        label === 'Begin anew' &&
        !confirm(`Let ${pipeline} forget its state and read its sources from their beginning?`)
      )
        return
      fill(this.#told)
      for (const command of acts[label]!) {
        const outcome = await this.#page.server.call(command, { pipeline })
        if (!outcome.ok) return fill(this.#told, errorLines(outcome.errors))
      }
    })
  }
}

const backLink = () => h('a', { class: 'back shown', href: '#/jobs' }, '‹ all jobs')

const number = numberText

const tablesOf = ({ sources, steps, sinks }: Job): readonly HTMLElement[] => [
  h('h3', {}, 'Sources'),
  table(
    ['Source', 'Kind', 'Records', 'Unread', 'Records/s', 'Watermark'],
    sources.map(({ name, kind, records, unread, rate, watermark }) => [
      h('code', {}, name),
      kind,
      number(records),
      number(unread),
      number(rate),
      minuteText(watermark),
    ]),
    'Sources',
  ),
  h('h3', {}, 'Steps'),
  table(
    ['Step', 'Kind', 'Given', 'Emitted', 'Late', 'Failed', 'Queued', 'Records/s', 'Keys', 'State'],
    steps.map(({ step, kind, records, emitted, late, failed, queued, rate, keys, memoryBytes }) => [
      h('code', {}, step),
      kind,
      ...[records, emitted, late, failed, queued, rate].map(number),
      keys === undefined ? '—' : number(keys),
      memoryBytes === undefined ? '—' : bytesText(memoryBytes),
    ]),
    'Steps',
  ),
  h('h3', {}, 'Sinks'),
  table(
    ['Sink', 'Kind', 'Delivery', 'Records', 'Records/s'],
    sinks.map(({ name, kind, delivery, records, rate }) => [
      h('code', {}, name),
      kind,
      delivery,
      number(records),
      number(rate),
    ]),
    'Sinks',
  ),
]
