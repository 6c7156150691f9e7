import type { FormReader } from './form-reader.ts'

/**
 * The script of the page, run in the browser: it sends the forms, shows the outcomes, and writes the same call as a curl
 * and a command line. It is served as the text of this one function, so nothing may be used but it and what it is given.
 */
export function tryCommands(
  wordsOf: (flag: string, reading: string, texts: readonly string[]) => string[],
  { filledIn, filesIn, inputOf, markErrors }: FormReader,
): void {
  interface Shown {
    path?: (string | number)[]
    message?: string
    code?: string
    help?: string
  }

  const credentials = document.querySelector<HTMLInputElement>('#credentials')!
  const cards = [...document.querySelectorAll<HTMLDetailsElement>('.card')]

  for (const card of cards) {
    const form = card.querySelector('form')!
    const update = () => showLines(card)
    form.addEventListener('input', update)
    credentials.addEventListener('input', () => card.open && update())
    card.addEventListener('toggle', update)
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void send(card)
    })
    for (const button of card.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
      button.addEventListener('click', () => void copy(button))
    }
  }
  filterBy(document.querySelector<HTMLInputElement>('#filter')!)
  const linked = document.getElementById(linkedId())
  if (linked instanceof HTMLDetailsElement) linked.open = true

  /** An address with a broken escape leads nowhere. */
  function linkedId(): string {
    try {
      return decodeURIComponent(location.hash.slice(1))
    } catch {
      return ''
    }
  }

  function filterBy(filter: HTMLInputElement): void {
    filter.addEventListener('input', () => {
      const words = filter.value.toLowerCase().split(/\s+/)
      for (const card of cards) {
        const text = `${card.dataset.name} ${card.querySelector('summary')!.textContent}`.toLowerCase()
        card.hidden = !words.every((word) => text.includes(word))
      }
      for (const section of document.querySelectorAll('section')) {
        section.hidden = section.querySelector('.card:not([hidden])') === null
      }
      document.querySelector<HTMLElement>('#nothing')!.hidden = cards.some((card) => !card.hidden)
    })
  }

  /** A query goes by GET as long as its input can be written as a query. */
  function requestOf(card: HTMLElement): {
    method: string
    url: string
    headers: Record<string, string>
    body?: string | FormData
  } {
    const { path = '', kind } = card.dataset
    const filled = filledIn(card)
    const headers: Record<string, string> = {}
    if (credentials.value !== '') headers.authorization = credentials.value
    const url = location.origin + path
    if (kind === 'query' && filled.every(({ isJson, path: at }) => !isJson && at.length > 0)) {
      const pairs = filled.flatMap(({ path: at, texts }) => texts.map((text) => [at.join('.'), text]))
      const query = new URLSearchParams(pairs).toString()
      return { method: 'GET', url: query === '' ? url : `${url}?${query}`, headers }
    }
    const files = filesIn(card)
    if (files.length > 0) {
      const form = new FormData()
      // What stands after the only file is not read any more.
      for (const { path: at, texts } of filled) for (const text of texts) form.append(at.join('.'), text)
      for (const file of files) form.append(file.path.join('.'), file.content)
      return { method: 'POST', url, headers, body: form }
    }
    headers['content-type'] = 'application/json'
    return { method: 'POST', url, headers, body: JSON.stringify(inputOf(filled)) }
  }

  function quoted(text: string): string {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
  }

  function showLines(card: HTMLElement): void {
    const { url, headers, body } = requestOf(card)
    const curl = ['curl', ...(card.dataset.streamed === undefined ? [] : ['-N']), quoted(url)]
    for (const [name, value] of Object.entries(headers)) {
      // What was typed into a password field is not shown again.
      curl.push('-H', name === 'authorization' ? '"authorization: $AUTHORIZATION"' : quoted(`${name}: ${value}`))
    }
    if (body instanceof FormData) {
      for (const [name, value] of body) {
        curl.push('-F', quoted(typeof value === 'string' ? `${name}=${value}` : `${name}=@${value.name}`))
      }
    } else if (body !== undefined) curl.push('-d', quoted(body))
    const cli = ['npx heddle call', card.dataset.name!]
    for (const { flag, reading, texts, path } of filledIn(card)) {
      if (path.length > 0) cli.push(...wordsOf(flag, reading, texts).map(quoted))
      else {
        cli.unshift(`echo ${quoted(texts[0]!)} |`)
        cli.push('--stdin')
      }
    }
    for (const { flag, content } of filesIn(card)) cli.push(...wordsOf(flag, 'file', [`@${content.name}`]).map(quoted))
    card.querySelector('[data-line=curl]')!.textContent = curl.join(' ')
    card.querySelector('[data-line=cli]')!.textContent = cli.join(' ')
  }

  async function send(card: HTMLElement): Promise<void> {
    if (card.dataset.destructive !== undefined && !confirm(`${card.dataset.name} cannot be undone. Run it?`)) return
    const { method, url, headers, body } = requestOf(card)
    const stop = card.querySelector<HTMLButtonElement>('[data-stop]')!
    const submit = card.querySelector<HTMLButtonElement>('[type=submit]')!
    const controller = new AbortController()
    stop.onclick = () => controller.abort()
    markErrors(card, [])
    show(card, 'busy', 'running', '')
    submit.disabled = true
    stop.hidden = false
    const began = performance.now()
    try {
      const answer = await fetch(url, { method, headers, body, signal: controller.signal })
      const took = () => `${Math.round(performance.now() - began)} ms`
      if (answer.headers.get('content-type') === 'application/x-ndjson') await showStream(card, answer, took)
      else await showOutcome(card, answer, took())
    } catch (thrown) {
      show(card, 'bad', controller.signal.aborted ? 'stopped' : `not answered: ${String(thrown)}`)
    } finally {
      submit.disabled = false
      stop.hidden = true
    }
  }

  async function showOutcome(card: HTMLElement, answer: Response, took: string): Promise<void> {
    const text = await answer.text()
    const value: unknown = text === '' ? undefined : JSON.parse(text)
    if (answer.ok)
      return show(card, 'good', `succeeded in ${took}`, value === undefined ? '' : JSON.stringify(value, undefined, 2))
    const { errors = [] } = value as { errors?: Shown[] }
    markErrors(card, errors)
    show(
      card,
      'bad',
      `${answer.status} ${errors.map(({ code }) => code).join(', ')} in ${took}`,
      JSON.stringify(value, undefined, 2),
    )
  }

  /** Lines as they come; the last thousand are shown. */
  async function showStream(card: HTMLElement, answer: Response, took: () => string): Promise<void> {
    const decoder = new TextDecoder()
    const reader = answer.body!.getReader()
    const lines: string[] = []
    let count = 0
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = parts.pop()!
      count += parts.length
      lines.push(...parts)
      if (lines.length > 1000) lines.splice(0, lines.length - 1000)
      show(card, 'busy', `${count} lines`, lines.join('\n'))
    }
    const failed = lines.at(-1)?.startsWith('{"errors"') ?? true
    show(
      card,
      failed ? 'bad' : 'good',
      `${failed ? 'failed' : 'succeeded'} in ${took()}, ${count} lines`,
      lines.join('\n'),
    )
  }

  function show(card: HTMLElement, state: 'good' | 'bad' | 'busy', verdict: string, text?: string): void {
    const outcome = card.querySelector<HTMLElement>('.outcome')!
    outcome.hidden = false
    outcome.className = `outcome ${state}`
    outcome.querySelector('.verdict')!.textContent = verdict
    const pre = outcome.querySelector<HTMLElement>('pre')!
    if (text !== undefined) pre.textContent = text
    pre.hidden = pre.textContent === ''
  }

  async function copy(button: HTMLButtonElement): Promise<void> {
    await navigator.clipboard.writeText(button.previousElementSibling!.textContent!)
    button.textContent = 'Copied'
    button.addEventListener('blur', () => (button.textContent = 'Copy'), { once: true })
  }
}
