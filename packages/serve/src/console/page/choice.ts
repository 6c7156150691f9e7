import { h } from './dom.ts'

/** A list to choose from, whose first entry is all. */
export function choice(all: string, values: readonly string[], chosen: string): HTMLSelectElement {
  const select = h('select')
  offer(select, all, values, chosen)
  return select
}

/** Offers other values; what is chosen stays where it is among them. */
export function offer(select: HTMLSelectElement, all: string, values: readonly string[], chosen = select.value): void {
  const known = chosen !== '' && !values.includes(chosen) ? [chosen, ...values] : values
  select.replaceChildren(h('option', { value: '' }, all), ...known.map((value) => h('option', { value }, value)))
  select.value = chosen
}
