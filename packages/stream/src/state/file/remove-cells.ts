import { cellsOf, isGone, partsOf, tab } from './line.ts'
import type { StepLines } from './step-lines.ts'

/** Removes what stands for some cells of a step. Returns how many keys have state after it. */
export function removeCells(lines: StepLines, cells: readonly number[]): number {
  let keys = 0
  lines.spill((add) => {
    for (const all = lines.scan(); all.next();) {
      const { line, hash } = all
      if (isGone(line)) continue
      const { cell, value } = partsOf(line)
      const start = line.slice(0, line.indexOf(tab) + 1)
      if (cell !== undefined) {
        if (cells.includes(cell)) add(start, hash)
        continue
      }
      const left = [...cellsOf(value)].filter(([number]) => !cells.includes(number))
      if (left.length > 0) keys++
      const now = start + left.map(([number, text]) => `${number}:${text}`).join(tab)
      if (now !== line) add(now, hash)
    }
  })
  return keys
}
