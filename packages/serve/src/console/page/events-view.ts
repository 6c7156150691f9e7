import { jittered, pause } from '../../client/runtime/host.ts'
import { choice, offer } from './choice.ts'
import { button, fill, h, labelled } from './dom.ts'
import { Following } from './following.ts'
import { errorLines, note, shortJson, timeText } from './text.ts'
import type { Page, View } from './view.ts'

/** An event as operators see it. */
interface Event {
  readonly offset: number
  readonly name: string
  readonly key: string
  readonly at: string
  readonly principal?: string
  readonly traceId?: string
  readonly data?: unknown
  readonly withheld?: string
}

/** How many events there are at first, and how many earlier ones are loaded at a time. */
const step = 50
/** The most that stay on the page; of more, those that came first leave it. */
const mostShown = 1000

/** Events as they come, the newest first. */
export class EventsView implements View {
  readonly title = 'Events'
  readonly #page: Page
  readonly #names = choice('all events', [], '')
  readonly #hold: HTMLButtonElement
  readonly #earlier: HTMLButtonElement
  readonly #told = h('div', { role: 'status' })
  readonly #list = h('ol', { class: 'events', 'aria-live': 'off' })
  readonly element: HTMLElement
  /** Those that came while the list is held. */
  #held: Event[] | undefined
  #first: number | undefined
  #last: number | undefined
  readonly #following = new Following((signal) => this.#follow(signal))

  constructor(page: Page) {
    this.#page = page
    this.#hold = button('Hold', () => this.#toggle(), { 'aria-pressed': 'false' })
    this.#earlier = button('Earlier ones', () => void this.#loadEarlier(), { hidden: true })
    this.#names.addEventListener('change', () => {
      this.#first = this.#last = undefined
      fill(this.#list)
      this.#following.again()
    })
    const filters = h('div', { class: 'filters' }, labelled('Event', 'event-name', this.#names), this.#hold)
    this.element = h('div', {}, filters, this.#told, this.#list, this.#earlier)
  }

  enter(rest: string): boolean {
    return rest === ''
  }

  follow(signal: AbortSignal): void {
    offer(this.#names, 'all events', this.#page.server.facts.events)
    this.#following.begin(signal)
  }

  /** Goes on behind the last event that came, so that nothing is missed where the connection broke. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { server } = this.#page
    if (!server.facts.pushes) return fill(this.#told, note('This app keeps no events: it has no database.'))
    fill(this.#told)
    if (this.#last === undefined) fill(this.#told, note('Events are shown here as they come.'))
    while (!signal.aborted) {
      const streamed = server.stream<Event, null>('heddle.WatchEvents', this.#input(), signal)
      for await (const event of streamed) {
        if (signal.aborted) return
        this.#take(event)
      }
      if (signal.aborted) return
      const outcome = await streamed.outcome()
      if (!outcome.ok) {
        const { errors } = outcome
        const isPassing = errors.every(({ code }) => code === 'Unavailable' || code === 'ShuttingDown')
        if (!isPassing) return fill(this.#told, errorLines(errors))
      }
      await pause(jittered(500), signal)
    }
  }

  #input() {
    const names = this.#names.value === '' ? {} : { names: [this.#names.value] }
    return this.#last === undefined ? { ...names, back: step } : { ...names, after: this.#last }
  }

  #take(event: Event): void {
    this.#last = event.offset
    this.#first ??= event.offset
    this.#earlier.hidden = this.#first <= 1
    if (this.#held) {
      this.#held.push(event)
      this.#hold.textContent = `Go on (${this.#held.length} came)`
      return
    }
    this.#prepend([event])
  }

  #prepend(events: readonly Event[]): void {
    fill(this.#told)
    for (const event of events) this.#list.prepend(itemOf(event))
    while (this.#list.childElementCount > mostShown) {
      this.#list.lastElementChild!.remove()
      this.#first = Number((this.#list.lastElementChild as HTMLElement).dataset.offset)
    }
  }

  #toggle(): void {
    const held = this.#held
    this.#held = held ? undefined : []
    this.#hold.setAttribute('aria-pressed', String(!held))
    this.#hold.textContent = held ? 'Hold' : 'Go on'
    if (held) this.#prepend(held.slice(-mostShown))
  }

  /** The window before the first one grows until something is in it: events of other names lie between. */
  async #loadEarlier(): Promise<void> {
    const names = this.#names.value === '' ? {} : { name: this.#names.value }
    const before = this.#first ?? 1
    for (let width = step; ; width *= 10) {
      const after = Math.max(0, before - 1 - width)
      const outcome = await this.#page.server.call<{ readonly events: readonly Event[] }>('heddle.ListEvents', {
        ...names,
        after,
        limit: Math.min(1000, width),
      })
      if (!outcome.ok) return fill(this.#told, errorLines(outcome.errors))
      const found = outcome.value.events.filter(({ offset }) => offset < before).slice(-step)
      if (found.length === 0 && after > 0) continue
      this.#first = after === 0 && found.length < step ? 1 : (found[0]?.offset ?? 1)
      for (const event of found.toReversed()) this.#list.append(itemOf(event))
      this.#earlier.hidden = this.#first <= 1
      return
    }
  }
}

const itemOf = ({ offset, name, key, at, principal, traceId, data, withheld }: Event): HTMLElement =>
  h(
    'li',
    { 'data-offset': String(offset) },
    h('span', { class: 'quiet offset' }, offset),
    timeText(at),
    h(
      'span',
      { class: 'what' },
      h('code', {}, name),
      ' ',
      h('span', { class: 'quiet' }, key),
      principal !== undefined && h('span', { class: 'quiet', title: traceId ?? '' }, ` by ${principal}`),
    ),
    withheld === undefined ? shortJson(data, `data of ${name}`) : h('span', { class: 'quiet' }, withheld),
  )
