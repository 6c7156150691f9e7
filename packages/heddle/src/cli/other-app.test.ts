import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolIn } from '../../fixtures/tool-in.ts'

test.each([['events', 'list'], ['check'], ['leases', 'list'], ['migrate', 'status']])(
  'a look at the data of one app with the file of another is refused, and changes nothing: %s %s',
  async (...words) => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-other-app-'))
    const notes = toolIn(folder, 'notes.ts')
    expect(await notes('call', 'notes.AddNote', '--text', 'bread')).toMatchObject({ code: 0, err: '' })
    const { code, err } = await toolIn(folder, 'ledger.ts')(...words)
    expect({ code, err }).toEqual({ code: 78, err: expect.stringContaining('is of the app notes, and ledger is') })
    expect(err).toContain('--app')
    const check = await notes('check', '--json')
    expect(check).toMatchObject({ code: 0, err: '' })
    expect(check.out).not.toContain('ledger')
  },
)
