import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives all tests one temporary folder, and removes it with whatever they left in it. */
export default function setup(): () => void {
  // Short, because the path of a socket has room for about a hundred characters.
  const folder = mkdtempSync(join(tmpdir(), 'ht-'))
  // As the folder that it stands in: a server that a test starts may run as another user, and write there too.
  chmodSync(folder, 0o1777)
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
