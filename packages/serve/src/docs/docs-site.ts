import type { Manifest } from '@heddle/core'
import { commandPage } from './command-page.ts'
import { errorsPage, requirementsPage, surfacesPage } from './listing-pages.ts'
import { overviewPage } from './overview-page.ts'
import { entityPage, eventPage, workflowPage } from './part-pages.ts'
import { referenceOf } from './reference.ts'
import { searchIndex } from './search-index.ts'
import { framed, type Page } from './shell.ts'

/** What a site tells. */
export interface DocsSiteOptions {
  /** Also Heddle's own commands. @default false */
  readonly internal?: boolean
}

/**
 * The documents of an app as a site: its pages by their paths, `index.html` with a search first. They need no server and
 * nothing from elsewhere, and the same manifest gives the same bytes. A manifest that `publicManifest` made gives a site for
 * those outside.
 *
 * @example
 * for (const [path, page] of Object.entries(docsSite(bank.manifest()))) writeFileSync(join('site', path), page)
 */
export function docsSite(manifest: Manifest, { internal = false }: DocsSiteOptions = {}): Record<string, string> {
  const reference = referenceOf(manifest, internal)
  const { app, commands, events, entities, workflows, surfaces, links } = reference
  const hasRequirements = [...commands, ...events].some(({ requirements = [] }) => requirements.length > 0)
  const hasSurfaces = Object.keys(surfaces).length > 0
  const ways = [
    ['Errors', 'errors.html'],
    ...(hasSurfaces ? [['Surfaces', 'surfaces.html'] as const] : []),
    ...(hasRequirements ? [['Requirements', 'requirements.html'] as const] : []),
  ] as const
  const pages: Record<string, Page> = {
    'index.html': { title: app, place: 'root', body: overviewPage(reference, searchIndex(reference)) },
    'errors.html': { title: 'Errors', place: 'root', body: errorsPage(reference) },
  }
  if (hasSurfaces) pages['surfaces.html'] = { title: 'Surfaces', place: 'root', body: surfacesPage(reference) }
  if (hasRequirements)
    pages['requirements.html'] = { title: 'Requirements', place: 'root', body: requirementsPage(reference) }
  const below = (path: string | undefined, title: string, body: Page['body']) => {
    pages[path!] = { title, place: 'below', body }
  }
  for (const each of commands) below(links.commands.get(each.name), each.name, commandPage(each, reference))
  for (const each of events) below(links.events.get(each.name), each.name, eventPage(each, reference))
  for (const [name, facts] of entities) below(links.entities.get(name), name, entityPage(name, facts, reference))
  for (const each of workflows) below(links.workflows.get(each.name), each.name, workflowPage(each, reference))
  const frame = { app, ways, hash: manifest.hash }
  return Object.fromEntries(Object.entries(pages).map(([path, page]) => [path, framed(page, frame)]))
}
