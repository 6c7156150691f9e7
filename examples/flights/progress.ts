import type { Clock, Writer } from 'heddle'

/** A terminal is slower than most loops, and a log is read by people. */
const showEveryMs = 100
const barWidth = 30

/** Shows how far the import of one file is. */
export interface Progress {
  show(done: number): void
  /** Leaves a last line, with the rate and how many rows were refused. */
  end(refused: number): void
}

/** A bar that is drawn over itself on a terminal; elsewhere a line for each tenth, but none for what takes a moment. */
export function createProgress(out: Writer, clock: Clock, file: string, what: string, total: number): Progress {
  const startedAt = clock.now()
  let shownAt = startedAt
  let tenths = 0

  const line = (done: number) => {
    const percent = `${total === 0 ? 100 : Math.floor((done * 100) / total)} %`.padStart(5)
    const perSecond = Math.round((done * 1000) / Math.max(1, clock.now() - startedAt))
    return `${file}  ${percent}  ${count(done)} of ${count(total)} ${what}  ${count(perSecond)} ${what}/s`
  }
  const draw = (done: number) => {
    const filled = Math.round((done / Math.max(1, total)) * barWidth)
    out.write(`\r\u001b[2K[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${line(done)}`)
  }

  return {
    show(done) {
      if (clock.now() - shownAt < showEveryMs || done === total) return
      const reached = Math.floor((done * 10) / total)
      if (!out.isTTY && reached === tenths) return
      shownAt = clock.now()
      tenths = reached
      if (out.isTTY) draw(done)
      else out.write(`${line(done)}\n`)
    },
    end(refused) {
      if (out.isTTY) draw(total)
      else out.write(line(total))
      out.write(refused > 0 ? `, ${count(refused)} refused\n` : '\n')
    },
  }
}

/** A number as people read it: 20,000. */
export const count = (value: number) => value.toLocaleString('en-US')
