import type { Measured } from './types.ts'

/** One JSON object for a machine. */
export function jsonLine({ suite, case: name, ours, peer, ratio, unit, rounds }: Measured): string {
  return JSON.stringify({ suite, case: name, ours: round(ours), peer: round(peer), ratio: round(ratio), unit, rounds })
}

/** A table for people: what each side costs (quartiles in brackets), the ratio, and the ratio that must be reached. */
export function table(all: readonly Measured[]): string {
  const rows = all.map(({ case: name, ours, peer, ratio, unit, quartiles, minimum, rounds }) => [
    name,
    `${figure(ours, unit)} (${figure(quartiles.ours[0], unit)}–${figure(quartiles.ours[1], unit)})`,
    `${figure(peer, unit)} (${figure(quartiles.peer[0], unit)}–${figure(quartiles.peer[1], unit)})`,
    ratio.toFixed(2),
    String(minimum),
    ratio >= minimum ? 'met' : 'missed',
    String(rounds),
  ])
  const lines = [['case', 'ours', 'peer', 'peer / ours', 'must reach', '', 'rounds'], ...rows]
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const figure = (value: number, unit: Measured['unit']): string =>
  unit === 'bytes'
    ? `${(value / 2 ** 20).toFixed(2)} MiB`
    : value >= 10_000_000
      ? `${(value / 1_000_000).toFixed(1)} ms`
      : value >= 10_000
        ? `${(value / 1000).toFixed(1)} µs`
        : `${value.toFixed(0)} ns`

const round = (value: number): number => Number(value.toPrecision(5))
