import { later } from '../../client/runtime/host.ts'
import { Chart, eventTimeText, numberText } from './chart.ts'
import { button, type Child, fill, h } from './dom.ts'
import { table } from './table.ts'
import { note, shortJson } from './text.ts'

type Row = Readonly<Record<string, unknown>>

/** What changed in a view. */
export interface RowChange {
  readonly set: readonly { readonly key: string; readonly value: unknown }[]
  readonly gone: readonly string[]
}

/** How often it is drawn anew at most, in milliseconds. */
const drawMs = 200
/** How many rows a table shows at first. */
const fewRows = 12

/** A live view of a job: numbers by the time of their windows as charts, everything else as a table. */
export class LiveRows {
  readonly element: HTMLElement
  readonly #name: string
  readonly #count = h('span', { class: 'quiet' })
  readonly #body = h('div', {}, note('Nothing yet.'))
  readonly #rows = new Map<string, Row>()
  readonly #charts = new Map<string, Chart>()
  #limit = fewRows
  #isDrawn = true

  constructor(name: string) {
    this.#name = name
    this.element = h('section', { class: 'live' }, h('h3', {}, name, ' ', this.#count), this.#body)
  }

  /** The job is followed anew: all rows come once more. */
  clear(): void {
    this.#rows.clear()
    this.#drawLater()
  }

  take({ set, gone }: RowChange): void {
    for (const key of gone) this.#rows.delete(key)
    for (const { key, value } of set) {
      // The newest stands last.
      this.#rows.delete(key)
      this.#rows.set(key, typeof value === 'object' && value !== null ? (value as Row) : { value })
    }
    this.#drawLater()
  }

  #drawLater(): void {
    if (!this.#isDrawn) return
    this.#isDrawn = false
    later(drawMs, () => {
      this.#isDrawn = true
      this.#draw()
    })
  }

  #draw(): void {
    const rows = [...this.#rows.values()]
    this.#count.textContent = rows.length === 0 ? '' : `${numberText(rows.length)} rows`
    if (rows.length === 0) return fill(this.#body, note('Nothing yet.'))
    if (rows.every(isPoint)) this.#drawCharts(rows)
    else this.#drawTable(rows.toReversed())
  }

  #drawCharts(rows: readonly Row[]): void {
    const names = Object.keys(rows[0]!).filter((name) => !spanFields.has(name))
    for (const name of names) if (!this.#charts.has(name)) this.#charts.set(name, new Chart(name, true))
    const charts = names.map((name) => this.#charts.get(name)!)
    if (this.#body.firstElementChild?.className !== 'charts')
      fill(
        this.#body,
        h(
          'div',
          { class: 'charts' },
          charts.map(({ element }) => element),
        ),
      )
    const points = rows
      .map((row) => ({ at: Date.parse(row.start as string), row }))
      .toSorted((one, other) => one.at - other.at)
    const times = points.map(({ at }) => at)
    for (const [index, name] of names.entries())
      charts[index]!.draw(
        times,
        points.map(({ row }) => row[name] as number | null),
      )
  }

  #drawTable(rows: readonly Row[]): void {
    const heads = [...new Set(rows.slice(0, this.#limit).flatMap(Object.keys))].filter((name) => name !== 'end')
    const cells = rows.slice(0, this.#limit).map((row) => heads.map((name) => cellOf(row[name], name)))
    const more = rows.length - cells.length
    fill(
      this.#body,
      table(heads, cells, this.#name),
      more > 0 &&
        h(
          'div',
          { class: 'pages' },
          button(`${numberText(more)} more`, () => this.#showMore()),
        ),
    )
  }

  #showMore(): void {
    this.#limit *= 5
    this.#draw()
  }
}

const spanFields = new Set(['start', 'end'])

/** Whether a row holds nothing but numbers of a window. */
const isPoint = (row: Row): boolean =>
  typeof row.start === 'string' &&
  Object.entries(row).every(([name, value]) => spanFields.has(name) || value === null || typeof value === 'number')

function cellOf(value: unknown, name: string): Child {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? eventTimeText(value) : value
  if (isTopList(value)) return topList(value)
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ')
  return shortJson(value, name)
}

interface TopEntry {
  readonly value: unknown
  readonly count: number
}

/** What the aggregate `top` gives. */
const isTopList = (value: unknown): value is readonly TopEntry[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((each: unknown) => typeof each === 'object' && each !== null && 'value' in each && 'count' in each)

const topList = (entries: readonly TopEntry[]): HTMLElement =>
  h(
    'span',
    { class: 'top-list' },
    entries.map(({ value, count }) =>
      h('span', { class: 'badge' }, typeof value === 'string' ? value : JSON.stringify(value), ' ', numberText(count)),
    ),
  )
