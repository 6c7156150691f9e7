import type { CommandFact } from '../app-facts.ts'
import { CommandPane } from './command-pane.ts'
import { decoded } from './decoded.ts'
import { badge, note } from './text.ts'
import { button, fill, h, labelled } from './dom.ts'
import type { Page, View } from './view.ts'

/** How many commands are listed at first, and how many more at a time. */
const step = 100

/** The commands of the app: a list to search in, and the form of one. */
export class CommandsView implements View {
  readonly title = 'Commands'
  readonly element = h('div', { class: 'split' })
  readonly #page: Page
  readonly #search = h('input', { type: 'search', autocomplete: 'off', placeholder: 'name or summary   ( / )' })
  readonly #own = h('input', { type: 'checkbox' })
  readonly #count = h('p', { class: 'quiet count', role: 'status' })
  readonly #list = h('ul', { class: 'list' })
  readonly #pane = h('div', { class: 'pane' })
  #shown = step
  #chosen = ''

  constructor(page: Page) {
    this.#page = page
    const listAnew = () => {
      this.#shown = step
      this.#draw()
    }
    this.#search.addEventListener('input', listAnew)
    this.#own.addEventListener('change', listAnew)
    const own = h('label', { class: 'check' }, this.#own, " Heddle's own")
    fill(
      this.element,
      h('div', { class: 'side' }, labelled('Search', 'search', this.#search), own, this.#count, this.#list),
      this.#pane,
    )
  }

  enter(rest: string): boolean {
    this.#chosen = decoded(rest)
    this.element.classList.toggle('chosen', rest !== '')
    if (rest === '') fill(this.#pane, note('Choose a command to see its form.'))
    this.#draw()
    if (rest !== '' && this.#page.link.state === 'open') this.#open()
    return true
  }

  follow(): void {
    this.#draw()
    // What is being filled in stays.
    if (this.#chosen !== '' && this.#pane.dataset.command !== this.#chosen) this.#open()
  }

  #open(): void {
    const fact = this.#page.server.find(this.#chosen)
    this.#pane.dataset.command = this.#chosen
    if (!fact) return fill(this.#pane, note(`There is no command ${this.#chosen}.`))
    fill(
      this.#pane,
      h('a', { class: 'back', href: '#/commands' }, '‹ all commands'),
      new CommandPane(this.#page, fact).element,
    )
  }

  #draw(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/)
    const { commands } = this.#page.server.facts
    const all = this.#own.checked ? commands : commands.filter(({ name }) => !name.startsWith('heddle.'))
    const found = all.filter(({ name, summary }) => {
      const text = `${name} ${summary}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    this.#count.textContent =
      found.length === all.length ? `${all.length} commands` : `${found.length} of ${all.length}`
    const left = found.length - this.#shown
    const more = button(`${Math.min(left, step)} more`, () => {
      this.#shown += step
      this.#draw()
    })
    fill(
      this.#list,
      found.slice(0, this.#shown).map((fact) => this.#item(fact)),
      left > 0 && h('li', {}, more),
    )
  }

  #item({ name, kind, summary }: CommandFact): HTMLElement {
    const dot = name.lastIndexOf('.') + 1
    return h(
      'li',
      {},
      h(
        'a',
        { href: `#/commands/${encodeURIComponent(name)}`, ...(name === this.#chosen && { 'aria-current': 'page' }) },
        h(
          'span',
          { class: 'line' },
          h('code', {}, h('span', { class: 'quiet' }, name.slice(0, dot)), name.slice(dot)),
          badge(kind),
        ),
        summary !== '' && h('span', { class: 'quiet' }, summary),
      ),
    )
  }
}
