import { button, fill, h, labelled } from './dom.ts'
import { Following } from './following.ts'
import { Pages } from './pages.ts'
import { errorLines, jsonText, note, timeText } from './text.ts'
import type { Page, View } from './view.ts'

/** A dead letter in a list. */
interface Letter {
  readonly id: string
  readonly command: string
  readonly origin?: string
  readonly at: string
  readonly code: string
  readonly message: string
  readonly replays: number
  /** The job for which it waits. */
  readonly queuedFor?: string
  /** Its whole input was not kept. */
  readonly lacksInput?: true
}

interface WholeLetter extends Letter {
  readonly input: unknown
  readonly errors: readonly unknown[]
}

interface Replayed {
  readonly replayed: number
  /** Those of jobs, with when these take them. */
  readonly queued: readonly { readonly job: string; readonly letters: number; readonly message: string }[]
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[]
}

const limit = 50

/** The calls that failed for good, to be looked at, called once more, or dropped. */
export class LettersView implements View {
  readonly title = 'Dead letters'
  readonly #page: Page
  readonly #command = h('input', { type: 'search', autocomplete: 'off', placeholder: 'full name' })
  readonly #all: HTMLButtonElement
  readonly #told = h('div', { class: 'told', role: 'status' })
  readonly #list = h('ul', { class: 'letters' })
  readonly #pages = new Pages<string>(() => this.#following.again())
  readonly element: HTMLElement
  /** Those that are opened; what is drawn anew keeps them so. */
  readonly #items = new Map<string, { readonly text: string; readonly element: HTMLElement }>()
  /** Those of the list that can be replayed. */
  #listed: readonly Letter[] = []
  readonly #following = new Following((signal) => this.#follow(signal))

  constructor(page: Page) {
    this.#page = page
    this.#all = button('Replay these', () => void this.#replayListed())
    this.#command.addEventListener('change', () => {
      this.#pages.reset()
      this.#following.again()
    })
    const filters = h('div', { class: 'filters' }, labelled('Command', 'letter-command', this.#command), this.#all)
    this.element = h('div', {}, filters, this.#told, this.#list, this.#pages.element)
  }

  enter(rest: string): boolean {
    return rest === ''
  }

  follow(signal: AbortSignal): void {
    this.#following.begin(signal)
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { server } = this.#page
    const [command, after] = [this.#command.value.trim(), this.#pages.after]
    const input = { limit, ...(command !== '' && { command }), ...(after !== undefined && { after }) }
    const live = server.live<{ readonly letters: readonly Letter[]; readonly next?: string }>(
      'heddle.ListDeadLetters',
      input,
      signal,
    )
    for await (const outcome of live) {
      if (signal.aborted) return
      if (!outcome.ok) return fill(this.#told, errorLines(outcome.errors))
      this.#pages.draw(outcome.value.next)
      this.#draw(outcome.value.letters)
    }
  }

  #draw(letters: readonly Letter[]): void {
    this.#listed = letters.filter(({ lacksInput, queuedFor }) => !lacksInput && queuedFor === undefined)
    this.#all.disabled = this.#listed.length === 0
    const known = new Map(this.#items)
    this.#items.clear()
    for (const letter of letters) {
      const text = JSON.stringify(letter)
      const before = known.get(letter.id)
      this.#items.set(letter.id, before?.text === text ? before : { text, element: this.#item(letter) })
    }
    if (letters.length === 0) fill(this.#list, note('Nothing has failed for good.'))
    else
      fill(
        this.#list,
        [...this.#items.values()].map(({ element }) => element),
      )
  }

  #item({ id, command, origin, at, code, message, replays, lacksInput, queuedFor }: Letter): HTMLElement {
    const inside = h('div', { class: 'inside' })
    const more = h('details', {}, h('summary', {}, 'Input and errors'), inside)
    more.addEventListener('toggle', () => void (more.open && inside.childElementCount === 0 && this.#open(id, inside)))
    return h(
      'li',
      { class: 'card letter', 'data-letter': id },
      h(
        'div',
        { class: 'line' },
        h('code', { class: 'name' }, command),
        h('span', { class: 'quiet' }, timeText(at), replays > 0 && `, replayed ${replays} times`),
      ),
      h('p', { class: 'error' }, h('strong', {}, code), ` ${message}`),
      origin !== undefined && h('p', { class: 'quiet' }, `from ${origin}`),
      queuedFor !== undefined && note(`It waits for ${queuedFor}, which takes its record again.`),
      lacksInput && note('It cannot be replayed: there were no keys to encrypt its whole input with when it was kept.'),
      more,
      h(
        'div',
        { class: 'actions' },
        !lacksInput &&
          queuedFor === undefined &&
          button('Replay', () => void this.#replay([id]), { 'aria-label': `Replay ${command} of ${at}` }),
        button('Drop', () => void this.#drop(id), { 'aria-label': `Drop ${command} of ${at}` }),
      ),
    )
  }

  async #open(id: string, inside: HTMLElement): Promise<void> {
    const outcome = await this.#page.server.call<WholeLetter>('heddle.ShowDeadLetter', { id })
    if (!outcome.ok) return fill(inside, errorLines(outcome.errors))
    const { input, errors } = outcome.value
    fill(inside, jsonText(input, 'input'), jsonText(errors, 'errors'))
  }

  /** All that are listed are many calls at once, so it is asked first, with what will be called. */
  async #replayListed(): Promise<void> {
    const letters = this.#listed
    const names = [...new Set(letters.map(({ command }) => command))].toSorted()
    const what = `${letters.length} ${letters.length === 1 ? 'call' : 'calls'} of ${names.join(', ')}`
    if (confirm(`Replay ${what}?`)) await this.#replay(letters.map(({ id }) => id))
  }

  async #replay(ids: readonly string[]): Promise<void> {
    fill(this.#told, note('Replaying…'))
    const outcome = await this.#page.server.call<Replayed>('heddle.ReplayDeadLetters', { ids })
    if (outcome.ok) {
      const { replayed, queued, failed } = outcome.value
      const isCounted = replayed > 0 || failed.length > 0 || queued.length === 0
      fill(
        this.#told,
        isCounted && note(`${replayed} replayed${failed.length > 0 ? `, ${failed.length} failed again` : ''}.`),
        ...queued.map(({ job, letters, message }) => note(`${letters} given back to ${job}: ${message}.`)),
        failed.length > 0 && errorLines(failed),
      )
    } else fill(this.#told, errorLines(outcome.errors))
    if (!this.#page.server.facts.pushes) this.#following.again()
  }

  async #drop(id: string): Promise<void> {
    if (!confirm('What is dropped cannot be replayed any more. Drop it?')) return
    const outcome = await this.#page.server.call('heddle.DropDeadLetters', { ids: [id] })
    fill(this.#told, outcome.ok ? note('Dropped.') : errorLines(outcome.errors))
    if (!this.#page.server.facts.pushes) this.#following.again()
  }
}
