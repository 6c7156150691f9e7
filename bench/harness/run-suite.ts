import { median, quartiles } from './statistics.ts'
import { measureGroup, runContender } from './rounds.ts'
import type { GroupResult } from './rounds.ts'
import type { Case, Figure, Measured, MemoryCase, Suite } from './types.ts'

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
  const named = <One extends { readonly name: string }>(all: readonly One[] = []): One[] =>
    all.filter(({ name }) => only === undefined || name === only)
  const [cases, figures, memory] = [named(suite.cases), named(suite.figures), named(suite.memory)]
  if (cases.length + figures.length + memory.length === 0) {
    const names = [...suite.cases, ...(suite.figures ?? []), ...(suite.memory ?? [])].map(({ name }) => name)
    onNote(`suite ${suite.name} has no case "${only}", only: ${names.join(', ')}`)
    return false
  }
  const isLeftOut = leftOut(suite, options)
  const long = [...cases, ...figures, ...memory].filter(isLeftOut).map(({ name }) => name)
  if (long.length > 0) onNote(`left out, because they take long (--case runs one): ${long.join(', ')}`)

  let worked = true
  for (const group of suite.groups) {
    if (isLeftOut({ group: group.name })) continue
    const ratios = cases.filter((one) => one.group === group.name)
    const told = figures.filter((one) => one.group === group.name).flatMap((one) => one.figures)
    if (ratios.length + told.length === 0) continue
    const contenders = [
      ...ratios.flatMap(({ ours, peer }) => [ours, peer]),
      ...told.flatMap(({ contender, peer }) => (typeof peer === 'string' ? [contender, peer] : [contender])),
    ]
    const [full, few] = group.rounds ?? [5, 3]
    const end = await group.prepare?.()
    const result = await measureGroup(group, {
      suiteFile,
      contenders: [...new Set(contenders)],
      rounds: quick ? few : full,
      // A look need not wait for a quiet machine.
      isPatient: !quick,
      scale: quick ? 0.3 : 1,
    }).finally(end ?? undefined)
    for (const [name, why] of result.skipped) onNote(`${group.name}/${name} skipped: ${why}`)
    for (const [name, why] of result.failed) onNote(`${group.name}/${name} FAILED: ${why}`)
    if (result.repeated > 0) onNote(`${group.name}: ${result.repeated} rounds measured again, the machine was busy`)
    worked &&= result.failed.size === 0
    for (const one of [...ratios.map((ratio) => ofCost(ratio, result)), ...told.map((one) => ofFigure(one, result))]) {
      const measured = compare(suite.name, one)
      if (measured !== undefined) onMeasured(measured)
    }
  }
  for (const one of memory.filter((each) => !isLeftOut(each)))
    worked = (await measureMemory(suite, one, options)) && worked
  return worked
}

/** Whether a case has to be named to be run: what takes long, in the quick form. */
function leftOut({ groups }: Suite, { quick, only }: SuiteOptions): (one: { readonly group: string }) => boolean {
  const long = new Set(groups.filter((group) => group.long).map(({ name }) => name))
  return ({ group }) => quick && only === undefined && long.has(group)
}

/** What is compared: the numbers of each round. */
interface Compared {
  readonly name: string
  readonly unit: Measured['unit']
  readonly ours: readonly number[]
  readonly peer: readonly number[]
  readonly minimum: number
}

const ofCost = ({ name, ours, peer, minimum }: Case, { rounds }: GroupResult): Compared => {
  const [mine, theirs] = [ours, peer].map((contender) => (rounds.get(contender) ?? []).map(({ cpuNs }) => cpuNs))
  return { name, unit: 'ns', ours: mine!, peer: theirs!, minimum }
}

const ofFigure = ({ name, contender, figure, unit, peer, minimum }: Figure, { rounds }: GroupResult): Compared => {
  const told = (by: string) => (rounds.get(by) ?? []).map(({ figures }) => figures?.[figure] ?? Number.NaN)
  const ours = told(contender)
  return { name, unit, ours, peer: typeof peer === 'string' ? told(peer) : ours.map(() => peer), minimum }
}

function compare(suite: string, { name, unit, ours, peer, minimum }: Compared): Measured | undefined {
  if (ours.length === 0 || peer.length === 0) return undefined
  return {
    suite,
    case: name,
    ours: median(ours),
    peer: median(peer),
    ratio: median(peer) / median(ours),
    unit,
    rounds: Math.min(ours.length, peer.length),
    quartiles: { ours: quartiles(ours), peer: quartiles(peer) },
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
