import { button, fill, h } from './dom.ts'
import { Following } from './following.ts'
import { decoded } from './decoded.ts'
import { errorLines, jsonText, note, shortJson, spanText, stateBadge, timeText } from './text.ts'
import type { Page, View } from './view.ts'

/** A line of a journal. */
interface Entry {
  readonly key: string
  readonly kind: string
  readonly at: string
  readonly afterMs: number
  readonly command?: string
  readonly ok?: boolean
  readonly value?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

interface Waiting {
  readonly kind: string
  readonly key: string
  readonly name?: string
  readonly until?: string
}

interface ShownRun {
  readonly run: string
  readonly workflow: string
  readonly version: string
  readonly state: string
  readonly queue: string
  readonly createdAt: string
  readonly endedAt?: string
  readonly parent?: string
  readonly principal?: string
  readonly continuedAs?: string
  readonly cancelling?: boolean
  readonly input?: unknown
  readonly waits: readonly Waiting[]
  readonly journal: readonly Entry[]
  readonly more: number
}

interface Explained {
  readonly because: readonly string[]
  readonly help?: string
}

/** What an operator may do with a run, by how it stands. */
const actions: Readonly<Record<string, readonly (readonly [label: string, command: string])[]>> = {
  ready: [['Pause', 'heddle.PauseRun']],
  waiting: [['Pause', 'heddle.PauseRun']],
  running: [['Pause', 'heddle.PauseRun']],
  paused: [['Resume', 'heddle.ResumeRun']],
  parked: [['Resume', 'heddle.ResumeRun']],
  blocked: [['Resume', 'heddle.ResumeRun']],
  failed: [['Retry', 'heddle.RetryRun']],
}

/** How many lines of a journal are shown at first; twice as many at each further time. */
const firstLines = 200

/** One run: why it stands as it does, what it did so far, and what it does. */
export class RunView implements View {
  readonly title: string
  readonly element = h('div', { class: 'run' }, note('Loading…'))
  readonly #page: Page
  readonly #run: string
  #limit = firstLines
  readonly #following = new Following((signal) => this.#show(signal))
  readonly #told = h('div', { role: 'status' })

  constructor(page: Page, run: string) {
    this.#page = page
    this.#run = run
    this.title = `Run ${run}`
  }

  enter(rest: string): boolean {
    return decoded(rest) === this.#run
  }

  follow(signal: AbortSignal): void {
    this.#following.begin(signal)
  }

  async #show(signal: AbortSignal): Promise<void> {
    const { server } = this.#page
    if (!server.find('heddle.ShowRun')) return fill(this.element, note('This app has no workflows.'))
    const run = this.#run
    for await (const shown of server.live<ShownRun>('heddle.ShowRun', { run, limit: this.#limit }, signal)) {
      if (signal.aborted) return
      if (!shown.ok) return fill(this.element, backLink(), errorLines(shown.errors))
      const explained = await server.call<Explained>('heddle.ExplainRun', { run }, signal)
      if (signal.aborted) return
      this.#draw(shown.value, explained.ok ? explained.value : undefined)
    }
  }

  #draw(shown: ShownRun, explained: Explained | undefined): void {
    const { run, workflow, state, cancelling, input, journal, more } = shown
    const further = button(`${more} more lines`, () => {
      this.#limit *= 2
      this.#following.again()
    })
    fill(
      this.element,
      backLink(),
      h('h2', {}, h('code', {}, workflow), ' ', stateBadge(state), cancelling && stateBadge('cancelling')),
      h('p', { class: 'quiet' }, h('code', {}, run)),
      explained &&
        h(
          'div',
          { class: 'why' },
          explained.because.map((line) => h('p', {}, line)),
          explained.help && h('pre', { class: 'help' }, explained.help),
        ),
      h('div', { class: 'actions' }, this.#buttons(state)),
      this.#told,
      h('h3', {}, 'Timeline'),
      h(
        'ol',
        { class: 'timeline' },
        begun(shown),
        journal.map(line),
        more > 0 && h('li', { class: 'rest' }, further),
        more === 0 && waitsOf(shown),
        ended(shown),
      ),
      h('h3', {}, 'Input'),
      input === undefined
        ? note('No input is shown: the app has no code for this run.')
        : jsonText(input, `input of ${run}`),
    )
  }

  #buttons(state: string): readonly HTMLElement[] {
    return (actions[state] ?? [])
      .filter(([, command]) => this.#page.server.find(command))
      .map(([label, command]) => button(label, () => void this.#act(command)))
  }

  async #act(command: string): Promise<void> {
    const outcome = await this.#page.server.call(command, { run: this.#run })
    fill(this.#told, !outcome.ok && errorLines(outcome.errors))
    if (!this.#page.server.facts.pushes) this.#following.again()
  }
}

const backLink = () => h('a', { class: 'back shown', href: '#/runs' }, '‹ all runs')

const begun = ({ createdAt, principal, parent, queue }: ShownRun): HTMLElement =>
  h(
    'li',
    { class: 'begun' },
    h('span', { class: 'what' }, 'began', principal !== undefined && h('span', { class: 'quiet' }, ` by ${principal}`)),
    h('span', { class: 'when' }, timeText(createdAt)),
    h('span', { class: 'quiet' }, `queue ${queue}`),
    parent !== undefined && h('a', { href: `#/runs/${encodeURIComponent(parent)}` }, `of the run ${parent}`),
  )

function line({ key, kind, at, afterMs, command, ok, value, error }: Entry): HTMLElement {
  const look = ok === false ? 'bad' : ok ? 'good' : kind
  return h(
    'li',
    { class: look },
    h('span', { class: 'what' }, h('code', {}, key), ' ', h('span', { class: 'quiet' }, command ?? kind)),
    h('span', { class: 'when' }, timeText(at), h('span', { class: 'quiet' }, ` +${spanText(afterMs)}`)),
    error && h('span', { class: 'error' }, `${error.code}: ${error.message}`),
    shortJson(value, `value of ${key}`),
  )
}

const waitsOf = ({ waits }: ShownRun): readonly HTMLElement[] =>
  waits.map(({ kind, key, name, until }) =>
    h(
      'li',
      { class: 'waits' },
      h(
        'span',
        { class: 'what' },
        h('code', {}, key),
        ' ',
        h('span', { class: 'quiet' }, `waits: ${kind}${name === undefined ? '' : ` ${name}`}`),
      ),
      until !== undefined && h('span', { class: 'when' }, 'until ', timeText(until)),
    ),
  )

const ended = ({ endedAt, state, continuedAs }: ShownRun): HTMLElement | undefined =>
  endedAt === undefined
    ? undefined
    : h(
        'li',
        { class: state === 'succeeded' ? 'good end' : 'bad end' },
        h('span', { class: 'what' }, state),
        h('span', { class: 'when' }, timeText(endedAt)),
        continuedAs !== undefined &&
          h('a', { href: `#/runs/${encodeURIComponent(continuedAs)}` }, `goes on in ${continuedAs}`),
      )
