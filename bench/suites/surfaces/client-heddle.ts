import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Client, type ClientOptions, type Command, generateClient, type Outcome } from '@heddle/serve/client'
import type { Contender } from '../../harness/types.ts'
import { clientServed } from './client-served.ts'

type Total = { readonly total: number }

/** The generated client, with its timeouts, retries and keys. */
export const contender: Contender = {
  async open() {
    const { url, manifest, close } = await clientServed()
    const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-client-'))
    for (const [file, text] of Object.entries(generateClient(manifest))) writeFileSync(join(folder, file), text)
    const load = (file: string) => import(pathToFileURL(join(folder, file)).href)
    const { createClient } = (await load('client.ts')) as { createClient(options: ClientOptions): Client }
    const { getTotal } = (await load('bench.ts')) as { readonly getTotal: Command<unknown, Total> }
    const client = createClient({ url })
    return {
      call: (input) => client.call(getTotal, input),
      answer: (outcome: Outcome<Total>) => (outcome.ok ? { ok: true, total: outcome.value.total } : { ok: false }),
      close() {
        client.close()
        rmSync(folder, { recursive: true })
        close()
      },
    }
  },
}
