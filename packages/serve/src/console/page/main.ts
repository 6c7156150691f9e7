import { CommandsView } from './commands-view.ts'
import { decoded } from './decoded.ts'
import { fill, h } from './dom.ts'
import { EventsView } from './events-view.ts'
import { HealthView } from './health-view.ts'
import { JobView } from './job-view.ts'
import { JobsView } from './jobs-view.ts'
import { LettersView } from './letters-view.ts'
import { Link, type LinkState } from './link.ts'
import { placeIn } from './place-in.ts'
import { RunView } from './run-view.ts'
import { RunsView } from './runs-view.ts'
import { Server } from './server.ts'
import { signIn } from './sign-in.ts'
import { note } from './text.ts'
import type { Page, View } from './view.ts'

/** The places of the page: what they are called, and whether they want Heddle's own commands. */
const places = {
  commands: { label: 'Commands', wants: false },
  runs: { label: 'Runs', wants: false },
  jobs: { label: 'Jobs', wants: false },
  letters: { label: 'Dead letters', wants: true },
  events: { label: 'Events', wants: true },
  health: { label: 'Health', wants: false },
} as const

/** A place of the page. */
export type Place = keyof typeof places

const isPlace = (name: string): name is Place => Object.hasOwn(places, name)

const server = new Server()
const link = new Link(server, heard)
const page: Page = { server, link, go: (place) => (location.hash = `#/${place}`) }

const title = h('h1', {}, 'Heddle console')
const state = h('span', { class: 'link connecting', role: 'status', 'aria-live': 'polite' }, 'connecting')
const reason = h('p', { class: 'error', role: 'alert' })
const dialog = signIn(page, reason)
const who = h('button', { type: 'button', class: 'plain who', onclick: () => dialog.showModal() }, 'sign in')
const links = Object.entries(places).map(([name, { label }]) =>
  h('a', { href: `#/${name}`, 'data-place': name }, label),
)
const main = h('main', { id: 'main', tabindex: '-1' })
fill(
  document.body,
  h(
    'a',
    { class: 'skip', href: '#main', onclick: (event) => (event.preventDefault(), main.focus()) },
    'To the content',
  ),
  h('header', {}, h('div', { class: 'top' }, title, state, who), h('nav', { 'aria-label': 'Places' }, links)),
  main,
  dialog,
)

let shown: { readonly place: Place; readonly view: View } | undefined
let following: AbortController | undefined
let followed = 0
let wasGone = false
let wasRefused = false

addEventListener('hashchange', route)
addEventListener('keydown', (event) => {
  const { target, key } = event
  if (key !== '/' || (target instanceof HTMLElement && target.matches('input, textarea, select'))) return
  const search = main.querySelector<HTMLInputElement>('input[type=search]')
  if (!search) return
  event.preventDefault()
  search.focus()
})
route()
link.restart()

/** Shows the place that the address names. */
function route(): void {
  const { name, rest } = placeIn(location.hash)
  const place = isPlace(name) ? name : 'commands'
  for (const each of links) {
    if (each.dataset.place === place) each.setAttribute('aria-current', 'page')
    else each.removeAttribute('aria-current')
  }
  if (shown?.place === place && shown.view.enter?.(rest)) return
  const view = viewOf(place, rest)
  shown = { place, view }
  view.enter?.(rest)
  document.title = `${view.title} · ${server.facts.app || 'Heddle console'}`
  fill(main, h('h2', { class: 'place' }, view.title), view.element)
  follow()
}

function viewOf(place: Place, rest: string): View {
  switch (place) {
    case 'commands':
      return new CommandsView(page)
    case 'runs':
      return rest === '' ? new RunsView(page) : new RunView(page, decoded(rest))
    case 'jobs':
      return rest === '' ? new JobsView(page) : new JobView(page, decoded(rest))
    case 'letters':
      return new LettersView(page)
    case 'events':
      return new EventsView(page)
    case 'health':
      return new HealthView(page)
  }
}

/** Begins to follow what is shown, where there is a connection. */
function follow(): void {
  following?.abort()
  following = new AbortController()
  if (!shown || link.state !== 'open') return
  followed = link.count
  const { view, place } = shown
  if (places[place].wants && !server.hasOperations) {
    fill(
      main,
      h('h2', { class: 'place' }, view.title),
      note(
        "Heddle's own commands are not in this app. They are when the tool opens it, by ",
        h('code', {}, 'heddle dev'),
        ' or ',
        h('code', {}, 'heddle start'),
        '; in a program of your own add ',
        h('code', {}, '...operations(() => app)'),
        ' to its parts.',
      ),
    )
    return
  }
  void view.follow?.(AbortSignal.any([link.signal, following.signal]))
}

/** Told of each change of the connection. */
function heard(): void {
  const { app, because, count } = link
  state.className = `link ${link.state}`
  const text = linkText(link.state, because)
  if (state.textContent !== text) state.textContent = text
  document.body.dataset.link = link.state
  if (app) {
    title.textContent = app.app
    const { id, tenant } = app.who
    who.textContent = tenant === null ? (id ?? 'sign in') : `${id} · ${tenant}`
  }
  if (link.state === 'gone') wasGone = true
  if (link.state === 'refused') {
    wasGone = false
    wasRefused = true
    reason.textContent = server.authorization === undefined ? '' : text
    if (!dialog.open) dialog.showModal()
  } else if (link.state === 'open' && wasRefused && dialog.open) dialog.close()
  if (link.state === 'open') wasRefused = false
  if (link.state === 'open' && count !== followed) follow()
  shown?.view.told?.()
}

function linkText(now: LinkState, because: string | undefined): string {
  switch (now) {
    case 'connecting':
      return 'connecting'
    case 'open':
      return wasGone ? 'connected again' : 'connected'
    case 'gone':
      return 'connection lost, trying again'
    case 'asleep':
      return 'resting while nobody looks'
    case 'refused':
      return because ?? 'not signed in'
  }
}
