// Runs one round of one contender in this fresh process and prints what it cost as one JSON line.
import { deepStrictEqual } from 'node:assert'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { ownCpuNs } from './cpu.ts'
import { NotHere } from './not-here.ts'
import type { Contender, Group, Opened, RoundReport, Suite } from './types.ts'

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: '' },
    group: { type: 'string', default: '' },
    contender: { type: 'string', default: '' },
    operations: { type: 'string', default: '1000' },
    heap: { type: 'boolean', default: false },
  },
})

console.log(JSON.stringify(await report()))
// Whatever a contender left open must not hold up the next one.
process.exit()

async function report(): Promise<RoundReport> {
  const { suite } = (await import(pathToFileURL(values.suite).href)) as { suite: Suite }
  const group = suite.groups.find(({ name }) => name === values.group)
  const file = group?.contenders[values.contender]?.file
  if (group === undefined || file === undefined) return { failed: `no contender ${values.group}/${values.contender}` }

  let contender: Contender
  try {
    ;({ contender } = (await import(new URL(file, pathToFileURL(values.suite)).href)) as { contender: Contender })
  } catch (cause) {
    const { message, stack } = cause as Error
    // A peer that is not installed is no failure; a file of ours that is not there is one.
    const [, peer] = /^Cannot find package '((?!@heddle)[^']+)'/.exec(message) ?? []
    return peer === undefined ? { failed: String(stack) } : { skipped: `${peer} is not installed` }
  }
  try {
    const operations = Number(values.operations)
    const opened = await contender.open(operations)
    const round = await measure(group, opened, operations)
    await opened.close?.()
    return round
  } catch (cause) {
    if (cause instanceof NotHere) return { skipped: cause.message }
    return { failed: String((cause as Error).stack) }
  }
}

async function measure(group: Group, opened: Opened, operations: number): Promise<RoundReport> {
  await verify(group, opened)
  const lanes = group.inFlight ?? 1
  const run = (count: number) => opened.drive?.(count) ?? work(group, opened, count, lanes)
  // By number of operations, not by time: a starved process would be measured before it is optimized.
  await run(Math.max(Math.ceil(operations / 5), Math.min(20_000, operations)))
  if (values.heap) globalThis.gc?.()

  const cost = () => opened.cpuNs?.() ?? ownCpuNs()
  const [before, wall] = [cost(), process.hrtime.bigint()]
  await run(operations)
  const cpuNs = cost() - before
  const wallNs = Number(process.hrtime.bigint() - wall)
  const figures = opened.figures?.()

  await verify(group, opened)
  // Who waits for a server waits for its disk too, which says nothing about the machine.
  const starved = opened.cpuNs ? 1 : wallNs / cpuNs
  return { cpuNs: cpuNs / operations, starved, heapBytes: values.heap ? heapBytes() : undefined, figures }
}

/** Both sides have to give the right answers, or there is nothing to compare. */
async function verify(group: Group, opened: Opened): Promise<void> {
  const answer = async (input: unknown): Promise<unknown> => await opened.answer((await opened.call(input)) as never)
  for (const input of group.inputs) deepStrictEqual(await answer(input), group.expected(input))
  for (const { input, expected } of group.controls ?? []) deepStrictEqual(await answer(input), expected)
}

async function work({ inputs }: Group, opened: Opened, operations: number, lanes: number): Promise<void> {
  const lane = async (from: number): Promise<unknown> => {
    // What a call gives has to go somewhere, or the compiler may leave the call out.
    let kept: unknown
    for (let index = from; index < operations; index += lanes) kept = await opened.call(inputs[index % inputs.length])
    return kept
  }
  await Promise.all(Array.from({ length: lanes }, (_, from) => lane(from)))
}

function heapBytes(): number {
  for (let times = 0; times < 4; times++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
