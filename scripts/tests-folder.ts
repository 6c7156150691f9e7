import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives all tests one temporary folder, and removes it with whatever they left in it. */
export default function setup(): () => void {
  // Short, because the path of a socket has room for about a hundred characters.
  const folder = mkdtempSync(join(tmpdir(), 'ht-'))
  // A server that a test starts may run as another user, who has to come to its own folder.
  chmodSync(folder, 0o711)
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
