import type { Entry, rank } from './rank.ts'

/**
 * The script of every page, run in the browser: `/` goes to the search, which the first page answers as one types, and the
 * others lead to. It is put into the pages as the text of this one function, so nothing may be used but what it is given.
 */
export function searchPage(find: typeof rank): void {
  const most = 60
  const input = document.querySelector<HTMLInputElement>('#search')!
  const index = document.querySelector('#index')
  const results = document.querySelector<HTMLElement>('#results')
  const overview = document.querySelector<HTMLElement>('#overview')
  const count = document.querySelector<HTMLElement>('#count')

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === input) return
    event.preventDefault()
    input.focus()
    input.select()
  })
  input.hidden = false

  if (!index || !results || !overview || !count) {
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') location.href = `${input.dataset.home}#search=${encodeURIComponent(input.value)}`
    })
    return
  }

  const entries = JSON.parse(index.textContent!) as Entry[]
  let chosen = -1

  const linksIn = () => [...results.querySelectorAll('a')]

  function choose(next: number): void {
    const links = linksIn()
    if (links.length === 0) return
    chosen = (next + links.length) % links.length
    links.forEach((link, at) => link.setAttribute('aria-selected', String(at === chosen)))
    links[chosen]!.scrollIntoView({ block: 'nearest' })
    input.setAttribute('aria-activedescendant', links[chosen]!.id)
  }

  function show(): void {
    const query = input.value.trim()
    overview!.hidden = query !== ''
    results!.hidden = query === ''
    input.setAttribute('aria-expanded', String(query !== ''))
    const hits = find(entries, query)
    chosen = -1
    input.removeAttribute('aria-activedescendant')
    results!.replaceChildren(
      ...hits.slice(0, most).map(({ entry, why, anchor }, at) => {
        const item = document.createElement('li')
        const link = document.createElement('a')
        const name = document.createElement('code')
        const kind = document.createElement('span')
        const summary = document.createElement('span')
        item.setAttribute('role', 'presentation')
        link.setAttribute('role', 'option')
        link.id = `hit-${at}`
        link.href = entry.u + (anchor === '' ? '' : `#${encodeURIComponent(anchor)}`)
        name.textContent = entry.n
        kind.className = 'kind'
        kind.textContent = why === '' ? entry.k : `${entry.k} · ${why}`
        summary.textContent = entry.s
        link.append(name, kind, summary)
        item.append(link)
        return item
      }),
    )
    count!.textContent =
      query === ''
        ? ''
        : hits.length === 0
          ? `Nothing holds “${query}”.`
          : hits.length > most
            ? `${hits.length} found, the best ${most} are shown.`
            : `${hits.length} found.`
  }

  /** What is asked for stands in the address, so that it can be sent to somebody and is there after going back. */
  function fromAddress(): void {
    const asked = /^#search=(.*)$/.exec(location.hash)
    if (!asked) return
    try {
      input.value = decodeURIComponent(asked[1]!)
    } catch {
      // A broken escape in the address is searched for as it stands.
      input.value = asked[1]!
    }
    show()
  }

  input.addEventListener('input', () => {
    const query = input.value.trim()
    history.replaceState(null, '', query === '' ? '#' : `#search=${encodeURIComponent(query)}`)
    show()
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      choose(event.key === 'ArrowDown' ? chosen + 1 : chosen < 0 ? -1 : chosen - 1)
    } else if (event.key === 'Enter') linksIn()[Math.max(chosen, 0)]?.click()
    else if (event.key === 'Escape') {
      if (input.value === '') input.blur()
      input.value = ''
      input.dispatchEvent(new Event('input'))
    }
  })
  window.addEventListener('hashchange', fromAddress)
  fromAddress()
}
