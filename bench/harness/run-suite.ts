import { median, quartiles } from './statistics.ts'
import { measureGroup, runContender } from './rounds.ts'
import type { GroupResult } from './rounds.ts'
import type { Case, Measured, MemoryCase, Suite } from './types.ts'

/** How a suite is run. */
export interface SuiteOptions {
  readonly suiteFile: string
  /** Fewer rounds and operations: a look, not a figure to quote. */
  readonly quick: boolean
  /** Only the case of this name. */
  readonly only: string | undefined
  onMeasured(measured: Measured): void
  onNote(note: string): void
}

/** Runs the cases of a suite. Gives back whether every contender that could be loaded also worked. */
export async function runSuite(suite: Suite, options: SuiteOptions): Promise<boolean> {
  const { suiteFile, quick, only, onMeasured, onNote } = options
  const cases = suite.cases.filter(({ name }) => only === undefined || name === only)
  const memory = (suite.memory ?? []).filter(({ name }) => only === undefined || name === only)
  if (cases.length + memory.length === 0) {
    const names = [...suite.cases, ...(suite.memory ?? [])].map(({ name }) => name)
    onNote(`suite ${suite.name} has no case "${only}", only: ${names.join(', ')}`)
    return false
  }

  let worked = true
  for (const group of suite.groups) {
    const wanted = cases.filter((one) => one.group === group.name)
    if (wanted.length === 0) continue
    const contenders = [...new Set(wanted.flatMap(({ ours, peer }) => [ours, peer]))]
    const end = await group.prepare?.()
    if (typeof end === 'object') {
      onNote(`${group.name} skipped: ${end.skipped}`)
      continue
    }
    const result = await measureGroup(group, {
      suiteFile,
      contenders,
      rounds: quick ? 3 : 5,
      scale: quick ? 0.3 : 1,
    }).finally(end ?? undefined)
    for (const [name, why] of result.skipped) onNote(`${group.name}/${name} skipped: ${why}`)
    for (const [name, why] of result.failed) onNote(`${group.name}/${name} FAILED: ${why}`)
    if (result.repeated > 0) onNote(`${group.name}: ${result.repeated} rounds measured again, the machine was busy`)
    worked &&= result.failed.size === 0
    for (const one of wanted) {
      const measured = compare(suite, one, result)
      if (measured !== undefined) onMeasured(measured)
    }
  }
  for (const one of memory) worked = (await measureMemory(suite, one, options)) && worked
  return worked
}

function compare(suite: Suite, { name, ours, peer, minimum }: Case, { rounds }: GroupResult): Measured | undefined {
  const [mine, theirs] = [ours, peer].map((contender) => (rounds.get(contender) ?? []).map(({ cpuNs }) => cpuNs)) as [
    number[],
    number[],
  ]
  if (mine.length === 0 || theirs.length === 0) return undefined
  return {
    suite: suite.name,
    case: name,
    ours: median(mine),
    peer: median(theirs),
    ratio: median(theirs) / median(mine),
    unit: 'ns',
    rounds: Math.min(mine.length, theirs.length),
    quartiles: { ours: quartiles(mine), peer: quartiles(theirs) },
    minimum,
  }
}

/** The peer of a memory case is the contender itself after fewer operations. */
async function measureMemory(suite: Suite, one: MemoryCase, options: SuiteOptions): Promise<boolean> {
  const { suiteFile, quick, onMeasured, onNote } = options
  const bytes: number[] = []
  for (const operations of one.operations) {
    const scaled = quick ? operations / 10 : operations
    const report = await runContender({
      suiteFile,
      group: one.group,
      contender: one.contender,
      operations: scaled,
      heap: true,
    })
    if ('skipped' in report || 'failed' in report) {
      onNote(`${one.name}: ${'skipped' in report ? `skipped: ${report.skipped}` : `FAILED: ${report.failed}`}`)
      return 'skipped' in report
    }
    bytes.push(report.heapBytes ?? Number.NaN)
  }
  const [few = Number.NaN, many = Number.NaN] = bytes
  onMeasured({
    suite: suite.name,
    case: one.name,
    ours: many,
    peer: few,
    ratio: few / many,
    unit: 'bytes',
    rounds: 1,
    quartiles: { ours: [many, many], peer: [few, few] },
    minimum: one.minimum,
  })
  return true
}
