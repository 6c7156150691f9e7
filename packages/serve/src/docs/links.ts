import { type Html, html } from '../http/page/html.ts'

/** The folders of a site, one for each kind of thing that has a page of its own. */
export type Folder = 'commands' | 'events' | 'entities' | 'workflows'

/** Where the pages of a site lie, by folder and name: paths from its root. */
export type Links = Readonly<Record<Folder, ReadonlyMap<string, string>>>

/** Gives each name a file. Names that differ in their letters' case alone get files that differ on every disk. */
export function addressesIn(names: Readonly<Record<Folder, readonly string[]>>): Links {
  const addresses = Object.entries(names).map(([folder, all]) => {
    const taken = new Map<string, number>()
    const files = all.map((name) => {
      const plain = name.replaceAll(/[^\w.-]/g, '_')
      const before = taken.get(plain.toLowerCase()) ?? 0
      taken.set(plain.toLowerCase(), before + 1)
      return [name, `${folder}/${plain}${before === 0 ? '' : `~${before + 1}`}.html`] as const
    })
    return [folder, new Map(files)] as const
  })
  return Object.fromEntries(addresses) as unknown as Links
}

/** A name that leads to its page, or the bare name where it has none. All pages but the first lie one folder down. */
export function linked(links: Links, folder: Folder, name: string, from: Place = 'below', anchor = ''): Html {
  const path = links[folder].get(name)
  if (path === undefined) return html`<code>${name}</code>`
  return html`<a href="${up(from)}${path}${anchor && `#${encodeURIComponent(anchor)}`}"><code>${name}</code></a>`
}

/** Whether a page lies in the root of the site or in one of its folders. */
export type Place = 'root' | 'below'

/** How a page's links begin. */
export const up = (place: Place): string => (place === 'root' ? '' : '../')
