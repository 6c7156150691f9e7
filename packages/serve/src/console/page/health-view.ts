import { fill, h } from './dom.ts'
import { badge, note, shortJson } from './text.ts'
import type { Page, View } from './view.ts'

interface About {
  readonly heddle: string
  readonly node: string
  readonly commit: string | null
}

/** How the app and its parts are doing, told whenever that changes. */
export class HealthView implements View {
  readonly title = 'Health'
  readonly element = h('div')
  readonly #page: Page
  readonly #state = h('div')
  readonly #about = h('div')

  constructor(page: Page) {
    this.#page = page
    fill(this.element, this.#state, this.#about)
  }

  enter(rest: string): boolean {
    return rest === ''
  }

  told(): void {
    const { app } = this.#page.link
    if (!app) return
    const { ok, parts } = app.health
    fill(
      this.#state,
      h(
        'p',
        { class: 'sum' },
        badge(ok ? 'healthy' : 'not healthy', ok ? 'good' : 'bad'),
        ' ',
        badge(app.ready ? 'ready' : 'not ready', app.ready ? 'good' : 'bad'),
      ),
      h(
        'ul',
        { class: 'parts' },
        Object.entries(parts).map(([name, part]) =>
          h(
            'li',
            { class: 'card' },
            h(
              'div',
              { class: 'line' },
              h('code', { class: 'name' }, name),
              badge(part.ok ? 'ok' : 'not ok', part.ok ? 'good' : 'bad'),
            ),
            facts(part.detail),
          ),
        ),
      ),
    )
  }

  async follow(signal: AbortSignal): Promise<void> {
    this.told()
    const { server } = this.#page
    const { app, mode, manifest, commands } = server.facts
    const own = [
      ['app', app],
      ['mode', mode],
      ['manifest', manifest],
      ['commands', String(commands.length)],
    ] as const
    fill(this.#about, h('h3', {}, 'What runs'), lines(own))
    if (!server.hasOperations) return
    const about = await server.call<About>('heddle.About', {}, signal)
    if (signal.aborted || !about.ok) return
    const { heddle, node, commit } = about.value
    fill(
      this.#about,
      h('h3', {}, 'What runs'),
      lines([...own, ['heddle', heddle], ['node', node], ['commit', commit ?? 'unknown']]),
    )
  }
}

const lines = (pairs: readonly (readonly [string, string])[]) =>
  h(
    'dl',
    { class: 'facts' },
    pairs.map(([name, value]) => [h('dt', {}, name), h('dd', {}, h('code', {}, value))]),
  )

/** The details of a part: its fields, or the whole of it. */
function facts(detail: unknown): HTMLElement | undefined {
  if (detail === undefined || detail === null) return undefined
  if (typeof detail !== 'object' || Array.isArray(detail)) return note(JSON.stringify(detail))
  const pairs = Object.entries(detail).map(([name, value]) => [
    h('dt', {}, name),
    h('dd', {}, typeof value === 'string' ? h('code', {}, value) : shortJson(value, name)),
  ])
  return pairs.length === 0 ? undefined : h('dl', { class: 'facts' }, pairs)
}
