import type { Contender } from '../../harness/types.ts'
import { clientServed } from './client-served.ts'

type Answered =
  | { readonly ok: true; readonly value: { readonly total: number } }
  | { readonly ok: false; readonly errors: unknown }

/** What one writes by hand: a POST that gives up after 30 seconds, its answer and its errors. */
export const contender: Contender = {
  async open() {
    const { url, close } = await clientServed()
    async function getTotal(input: unknown): Promise<Answered> {
      const response = await fetch(`${url}/bench/GetTotal`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(input),
        signal: AbortSignal.timeout(30_000),
      })
      const json = (await response.json()) as { readonly total: number; readonly errors?: unknown }
      return response.ok ? { ok: true, value: json } : { ok: false, errors: json.errors }
    }
    return {
      call: (input) => getTotal(input),
      answer: (outcome: Answered) => (outcome.ok ? { ok: true, total: outcome.value.total } : { ok: false }),
      close,
    }
  },
}
