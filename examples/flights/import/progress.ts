import type { Clock, Writer } from 'heddle'

/** A terminal is slower than most loops, and a log is read by people. */
const showEveryMs = 100
const barWidth = 20

/** Shows how far the import of one file is. */
export interface Progress {
  /** The first call says from where it goes on. */
  show(done: number): void
  /** Leaves a last line, with the rate and how many rows were refused. */
  end(refused: number): void
}

/** A bar that is drawn over itself on a terminal; elsewhere a line for each tenth, but none for what takes a moment. */
export function createProgress(out: Writer, clock: Clock, file: string, what: string, total: number): Progress {
  let first: { readonly done: number; readonly atMs: number } | undefined
  let shownAt = 0
  let tenths = 0

  const line = (done: number) => {
    const share = total === 0 ? 1 : done / total
    const elapsedMs = Math.max(1, clock.now() - (first?.atMs ?? clock.now()))
    const perSecond = Math.round(((done - (first?.done ?? 0)) * 1000) / elapsedMs)
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    const text = `${file}  ${percent}  ${count(done)} of ${count(total)}  ${count(perSecond)} ${what}/s`
    if (!out.isTTY) return text
    const filled = Math.round(share * barWidth)
    // A line that wraps cannot be drawn over.
    return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${text}`.slice(0, (out.columns ?? 80) - 1)
  }
  const write = (text: string) => out.write(out.isTTY ? `\r\u001b[2K${text}` : text)

  return {
    show(done) {
      const nowMs = clock.now()
      if (!first) {
        first = { done, atMs: nowMs }
        shownAt = nowMs
        tenths = Math.floor((done * 10) / total)
      }
      if (nowMs - shownAt < showEveryMs || done === total) return
      const reached = Math.floor((done * 10) / total)
      if (!out.isTTY && reached === tenths) return
      shownAt = nowMs
      tenths = reached
      write(out.isTTY ? line(done) : `${line(done)}\n`)
    },
    end: (refused) => write(`${line(total)}${refused > 0 ? `, ${count(refused)} refused` : ''}\n`),
  }
}

/** A number as people read it: 20,000. */
export const count = (value: number) => value.toLocaleString('en-US')
