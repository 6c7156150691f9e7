// npm run docs:api: writes the reference of every public export into dist/api, with a search. Fails on a broken link or an export without a comment.
import { join } from 'node:path'
import { installPeers } from '../bench/harness/peers.ts'
import { entryPoints } from './api-reference/entry-points.ts'
import { makeReference } from './api-reference/make-reference.ts'

const root = join(import.meta.dirname, '..')
const missing = installPeers(join(import.meta.dirname, 'api-reference'))
if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`)

const out = join(root, 'dist/api')
const { exported, documented, pages, findings } = await makeReference({
  name: 'Heddle',
  root,
  tsconfig: join(root, 'tsconfig.json'),
  entries: entryPoints(root),
  out,
})
const share = exported === 0 ? 100 : Math.floor((documented * 1000) / exported) / 10
console.log(`${pages} pages in dist/api: ${documented} of ${exported} exports are documented (${share} %)`)
for (const finding of findings) console.error(finding)
if (findings.length > 0) process.exitCode = 1
