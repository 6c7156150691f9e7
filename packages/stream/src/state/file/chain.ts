import { createHash } from 'node:crypto'
import { withoutGoneItems } from './run-writer.ts'
import type { FileStep, StateFile } from './state-file.ts'

/**
 * The hash of an epoch: the lines that changed in it, step by step and in their order, chained to the hash of the epoch
 * before. It is the same however records were batched, and whatever was let go from memory in between.
 *
 * @param sent what the epoch gave to sinks
 * @param digests by the number of a step, the hash of its lines
 */
export function chained(
  before: string,
  sent: string,
  steps: readonly FileStep[],
  digests: ReadonlyMap<number, string>,
): string {
  const chain = createHash('sha256').update(`${before}\n${sent}`)
  for (const { number, name, cells, keys } of [...steps].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    chain.update(`${JSON.stringify([name, cells, keys, digests.get(number) ?? ''])}\n`)
  }
  return chain.digest('hex')
}

/** The hashes of the lines that the file has of a turn, by the number of the step. */
export function digestsOf(file: StateFile, turn: number, steps: readonly FileStep[]): Map<number, string> {
  const digests = new Map<number, string>()
  for (const { number } of steps) {
    const run = file.runs(number).find((one) => one.turn === turn)
    if (run === undefined) continue
    const digest = createHash('sha256')
    for (let piece = 0; piece < run.pieces; piece++) digest.update(withoutGoneItems(`${run.read(piece)}\n`))
    digests.set(number, digest.digest('hex'))
  }
  return digests
}
