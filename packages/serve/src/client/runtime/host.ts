import { misuse } from './failures.ts'

/** What there is in a page and not elsewhere. */
export const page = globalThis as { readonly location?: { readonly origin: string }; readonly document?: object }

/** Runs something later. Returns what stops it. */
export function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, 2_147_483_647))
  return () => clearTimeout(timer)
}

/** Waits; ends early when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = () => {
      stop()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const stop = later(ms, end)
    signal?.addEventListener('abort', end)
  })
}

/** Milliseconds of a clock that never goes back. */
export const clockMs = (): number => performance.now()

/** Between half of a time and all of it, so that many clients do not come back at one moment. */
export const jittered = (ms: number): number => ms * (0.5 + Math.random() / 2)

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `10s` in milliseconds. Throws an `OutcomeError` for what is no duration. */
export function toMs(duration: string, option = 'timeout'): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration) ?? []
  if (unit === undefined) throw misuse(option, 'write 500ms, 10s, 5m, 2h or 1d')
  return Number(count) * units[unit]!
}
