import { createHash } from 'node:crypto'

/**
 * The name of the slot and of the publication of a source: readable, and unlike that of any other job and source. The slots
 * of all databases of a server share their names, so that the database is part of it.
 */
export function slotName(job: string, source: string, url: string): string {
  const database = URL.canParse(url) ? new URL(url).pathname : ''
  const readable = `${job}_${source}`.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_')
  const hash = createHash('sha256').update(`${job}\n${source}\n${database}`).digest('hex').slice(0, 10)
  return `heddle_${readable.slice(0, 40)}_${hash}`
}
