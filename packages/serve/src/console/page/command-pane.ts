import type { Outcome } from '../../client/runtime/index.ts'
import { clockMs } from '../../client/runtime/host.ts'
import { formReader } from '../../http/page/form-reader.ts'
import type { CommandFact } from '../app-facts.ts'
import { button, fill, h } from './dom.ts'
import { badge, errorLines, jsonText, note, spanText } from './text.ts'
import type { Page } from './view.ts'

/** The form is that of the page `/`, and is read in the same way. */
const { filledIn, filesIn, inputOf, markErrors } = formReader()

/** The most items of a streamed answer that stay on the page. */
const mostItems = 200

/** The form of a command, and what came of it. */
export class CommandPane {
  readonly element: HTMLElement
  readonly #page: Page
  readonly #fact: CommandFact
  readonly #form = h('form', { novalidate: true })
  readonly #fields = h('div', { class: 'fields' })
  readonly #run: HTMLButtonElement
  readonly #stop: HTMLButtonElement
  readonly #outcome = h('div', { class: 'outcome', role: 'status', 'aria-live': 'polite', hidden: true })
  #calling: AbortController | undefined

  constructor(page: Page, fact: CommandFact) {
    this.#page = page
    this.#fact = fact
    const { name, kind, summary, description, access, streamed, destructive, deprecated } = fact
    this.#run = h('button', { type: 'submit' }, kind === 'query' ? 'Ask' : 'Run')
    this.#stop = button('Stop', () => this.#calling?.abort(), { hidden: true })
    fill(this.#form, this.#fields, h('div', { class: 'actions' }, this.#run, this.#stop))
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.#send()
    })
    const badges = [
      badge(kind),
      streamed && badge('streamed'),
      destructive && badge('destructive'),
      deprecated !== undefined && badge('deprecated'),
      badge(access, 'access'),
    ]
    this.element = h(
      'article',
      {},
      h('h2', {}, h('code', {}, name)),
      h('p', { class: 'badges' }, badges),
      summary !== '' && h('p', {}, summary),
      description?.split(/\n\s*\n/).map((paragraph) => h('p', {}, paragraph)),
      deprecated !== undefined && note(deprecated),
      this.#form,
      this.#outcome,
    )
    void this.#load()
  }

  async #load(): Promise<void> {
    try {
      const answer = await this.#page.server.ask(`forms/${encodeURIComponent(this.#fact.name)}`)
      if (!answer.ok) return fill(this.#fields, note(`The form could not be loaded: ${answer.status}.`))
      // Made and escaped by the server; no script in it would run (see the policy of the page).
      this.#fields.innerHTML = await answer.text()
    } catch {
      fill(this.#fields, note('The form could not be loaded: the server does not answer.'))
    }
  }

  async #send(): Promise<void> {
    const { name, destructive, streamed } = this.#fact
    if (destructive && !confirm(`${name} cannot be undone. Run it?`)) return
    const input = this.#input()
    const uploads = filesIn(this.#form).map(({ path }) => path.join('.'))
    const { signal } = (this.#calling = new AbortController())
    markErrors(this.#form, [])
    this.#show('busy', 'running')
    this.#run.disabled = true
    this.#stop.hidden = false
    const began = clockMs()
    const items: unknown[] = []
    const outcome = streamed
      ? await this.#followed(input, items, signal)
      : await this.#page.server.call<unknown>(name, input, signal, uploads)
    this.#run.disabled = false
    this.#stop.hidden = true
    await this.#tell(outcome, items, spanText(clockMs() - began))
  }

  #input(): unknown {
    const input = inputOf(filledIn(this.#form))
    for (const { path, content } of filesIn(this.#form)) {
      let group = input as Record<string, unknown>
      for (const field of path.slice(0, -1)) group = (group[field] ??= {}) as Record<string, unknown>
      group[path.at(-1)!] = content
    }
    return input
  }

  async #followed(input: unknown, items: unknown[], signal: AbortSignal): Promise<Outcome<unknown>> {
    const streamed = this.#page.server.stream<unknown, unknown>(this.#fact.name, input, signal)
    let count = 0
    for await (const item of streamed) {
      items.push(item)
      if (items.length > mostItems) items.shift()
      this.#show('busy', `${++count} items`, jsonText(items, `items of ${this.#fact.name}`))
    }
    return streamed.outcome()
  }

  async #tell(outcome: Outcome<unknown>, items: readonly unknown[], took: string): Promise<void> {
    const { name, file, begins } = this.#fact
    const shownItems = items.length > 0 && jsonText(items, `items of ${name}`)
    if (!outcome.ok) {
      markErrors(this.#form, outcome.errors)
      const codes = outcome.errors.map(({ code }) => code).join(', ')
      const details = h('details', {}, h('summary', {}, 'As JSON'), jsonText(outcome.errors, `errors of ${name}`))
      return this.#show('bad', `${codes} in ${took}`, errorLines(outcome.errors), shownItems || details)
    }
    const { value } = outcome
    const told = `succeeded in ${took}`
    if (file) return this.#show('good', told, await fileLink(value as Parameters<typeof fileLink>[0]))
    const run = begins && typeof value === 'object' && value !== null && 'run' in value ? String(value.run) : undefined
    this.#show(
      'good',
      told,
      run !== undefined &&
        h('p', { class: 'begun' }, h('a', { href: `#/runs/${encodeURIComponent(run)}` }, `See the run ${run}`)),
      shownItems,
      value !== undefined && value !== null && jsonText(value, `outcome of ${name}`),
    )
  }

  #show(state: 'good' | 'bad' | 'busy', verdict: string, ...more: Parameters<typeof fill>[1][]): void {
    this.#outcome.hidden = false
    this.#outcome.className = `outcome ${state}`
    fill(this.#outcome, h('p', { class: 'verdict' }, verdict), more)
  }
}

/** A link by which a file that came is kept. */
async function fileLink(download: { readonly name: string | undefined; blob(): Promise<Blob> }): Promise<HTMLElement> {
  const blob = await download.blob()
  const name = download.name ?? 'file'
  return h(
    'p',
    { class: 'begun' },
    h('a', { href: URL.createObjectURL(blob), download: name }, `Save ${name}`),
    ` ${blob.size} bytes`,
  )
}
