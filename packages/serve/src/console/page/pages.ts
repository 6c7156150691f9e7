import { button, fill, h } from './dom.ts'

/** Buttons that lead through a list whose pages follow each other by what stood last. */
export class Pages<Cursor> {
  readonly element = h('div', { class: 'pages' })
  readonly #turned: () => void
  #before: (Cursor | undefined)[] = []
  /** After which the page begins; undefined for the first one. */
  after: Cursor | undefined

  /** @param turned called when another page is wanted */
  constructor(turned: () => void) {
    this.#turned = turned
  }

  /** Goes back to the first page. */
  reset(): void {
    this.#before = []
    this.after = undefined
  }

  /** Told what a page says of the next one. */
  draw(next: Cursor | undefined): void {
    const back = button('‹ Previous', () => {
      this.after = this.#before.pop()
      this.#turned()
    })
    const on = button('Next ›', () => {
      this.#before.push(this.after)
      this.after = next
      this.#turned()
    })
    back.disabled = this.#before.length === 0
    on.disabled = next === undefined
    const isWhole = this.#before.length === 0 && next === undefined
    fill(this.element, !isWhole && [back, h('span', { class: 'quiet' }, `page ${this.#before.length + 1}`), on])
  }
}
