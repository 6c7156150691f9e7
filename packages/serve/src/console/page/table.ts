import { type Child, h } from './dom.ts'

/** A table; each cell says on narrow screens what it is about. */
export function table(heads: readonly string[], rows: readonly (readonly Child[])[], caption: string): HTMLElement {
  return h(
    'table',
    {},
    h('caption', { class: 'hidden' }, caption),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        heads.map((head) => h('th', { scope: 'col' }, head)),
      ),
    ),
    h(
      'tbody',
      {},
      rows.map((cells) =>
        h(
          'tr',
          {},
          cells.map((cell, at) => h('td', { 'data-head': heads[at] ?? '' }, cell)),
        ),
      ),
    ),
  )
}
