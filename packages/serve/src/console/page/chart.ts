import uPlot from 'uplot'
import { h } from './dom.ts'

/** How high a chart is, in pixels. */
const height = 170
/** How much time a chart shows at least, in seconds. */
const leastSpan = 60

/** A chart of one number over time. It takes the width that is there and the colours of the page. */
export class Chart {
  readonly element: HTMLElement
  readonly #place = h('div', { class: 'plot' })
  readonly #told = h('span', { class: 'told' })
  readonly #caption: HTMLElement
  readonly #isUtc: boolean
  #plot: uPlot | undefined
  #data: uPlot.AlignedData = [[], []]

  /** @param isUtc whether times are shown as UTC, as event time is; otherwise as they are here */
  constructor(title: string, isUtc: boolean) {
    this.#caption = h('figcaption', { class: 'line' }, title, this.#told)
    this.#isUtc = isUtc
    this.element = h('figure', { class: 'chart' }, this.#caption, this.#place)
    new ResizeObserver(() => this.#fit()).observe(this.#place)
  }

  /** @param times in milliseconds, ascending */
  draw(times: readonly number[], values: readonly (number | null)[]): void {
    const seconds = times.map((time) => time / 1000)
    // One time alone would stand at the beginning of years.
    this.#data =
      seconds.length === 1
        ? [
            [seconds[0]! - leastSpan, seconds[0]!],
            [null, ...values],
          ]
        : [seconds, [...values]]
    this.#plot?.setData(this.#data)
    this.#tell(this.#plot?.cursor.idx)
  }

  /** Says what the value is where somebody points to, else the newest one. */
  #tell(index: number | null | undefined): void {
    const [times, values] = this.#data
    const at = index ?? times.length - 1
    const value = values?.[at]
    const time = times[at]
    const isKnown = typeof value === 'number' && time !== undefined
    this.#told.textContent = isKnown ? `${numberText(value)} at ${timeOf(time, this.#isUtc)}` : ''
  }

  /** It is made when there is room for it. */
  #fit(): void {
    const width = this.#place.clientWidth
    if (width === 0) return
    if (this.#plot) this.#plot.setSize({ width, height })
    else this.#plot = new uPlot(this.#options(width), this.#data, this.#place)
  }

  #options(width: number): uPlot.Options {
    const quiet = () => colourOf(this.#caption)
    const axis = {
      stroke: quiet,
      grid: { stroke: () => getComputedStyle(this.element).borderTopColor, width: 1 },
      ticks: { show: false },
    }
    return {
      width,
      height,
      padding: [12, 8, 0, 0],
      cursor: { drag: { x: false, y: false } },
      legend: { show: false },
      hooks: { setCursor: [({ cursor }) => this.#tell(cursor.idx)] },
      scales: {
        x: { range: (_plot, first, last) => [Number.isFinite(last) ? Math.min(first, last - leastSpan) : first, last] },
        y: { range: (_plot, least, most) => [Math.min(0, least ?? 0), Math.max(1, (most ?? 0) * 1.08)] },
      },
      axes: [
        { ...axis, size: 42 },
        { ...axis, size: 52, values: (_plot, splits) => splits.map(numberText) },
      ],
      series: [
        {},
        { stroke: () => colourOf(this.#place), width: 1.5, points: { show: (plot) => plot.data[0].length <= 2 } },
      ],
      ...(this.#isUtc && { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC') }),
    }
  }
}

/** A number as people read it. */
export const numberText = (value: number): string => value.toLocaleString(undefined, { maximumFractionDigits: 2 })

/** An event time, which is nobody's local time: `2001-01-15 11:00`. */
export const eventTimeText = (at: string): string => at.replace('T', ' ').replace(/(?::00)?(?:\.000)?Z$/, '')

const timeOf = (seconds: number, isUtc: boolean) => {
  const date = new Date(seconds * 1000)
  return isUtc ? eventTimeText(date.toISOString()) : date.toLocaleTimeString()
}

/** Canvases know no colours of style sheets: they take those that elements were given. */
const colourOf = (element: Element): string => getComputedStyle(element).color
