import { getHeapStatistics } from 'node:v8'
import { type Check, ok, warn } from './finding.ts'

const mebibyte = 1024 * 1024

/** Whether the heap may grow larger than what the process may use: then it is killed before it collects garbage. */
export const checkMemory: Check = () =>
  memoryFinding(getHeapStatistics().heap_size_limit, process.constrainedMemory() || Infinity)

/** @param constrained what the process may use, in bytes; Infinity without a limit */
export function memoryFinding(heapLimit: number, constrained: number) {
  const text = (bytes: number) => `${Math.round(bytes / mebibyte).toLocaleString('en-US')} MiB`
  const isLimited = constrained < 2 ** 53
  const detail = `heap up to ${text(heapLimit)}, ${isLimited ? `${text(constrained)} for the process` : 'no limit for the process'}`
  if (!isLimited || heapLimit < constrained * 0.9) return ok('memory', detail)
  const fitting = Math.floor((constrained * 0.75) / mebibyte)
  const advice = `Start with NODE_OPTIONS=--max-old-space-size=${fitting}, or give the process more memory.`
  return warn('memory', detail, advice)
}
