import { z } from 'zod'
import { type Aggregate, defineAggregate } from './aggregate.ts'
import { valueText } from './value-text.ts'
import { hash64 } from './hash64.ts'

// HyperLogLog with 4,096 registers (Ph. Flajolet et al. 2007): each value is hashed to 64 bits, of which 12 choose a
// register that keeps the longest run of zeros seen in the others. As HyperLogLog++ (S. Heule, M. Nunkesser, A. Hall 2013)
// it keeps few values apart, under 25 bits of their hashes, where counting is nearly exact. The estimate is that of
// O. Ertl (New cardinality estimation algorithms for HyperLogLog sketches, 2017), which is unbiased without tables. Which
// values came decides alone, not their order nor how often each came.

const registerBits = 12
const registerCount = 1 << registerBits
/** The bits of a hash that are left for the run of zeros. */
const runBits = 64 - registerBits
const sparseBits = 25
/** So many values are kept apart; then the registers take less. */
const sparseLimit = 512
/** Registers of six bits, five to a number. */
const perNumber = 5

/** The standard error of the estimate, as a part of it: 1.6 %. */
export const approxDistinctError = 1.04 / Math.sqrt(registerCount)

/** Few values, by 25 bits of their hashes: the longest run of zeros behind those. Or the registers, packed. */
const state = z.union([
  z.object({ count: z.int(), few: z.record(z.string(), z.int()) }),
  z.object({ registers: z.array(z.int()).length(Math.ceil(registerCount / perNumber)) }),
])

type Few = { count: number; few: Record<string, number> }
type Many = { registers: number[] }
type Sketch = Few | Many

/** How many different values there are, estimated: the standard error is 1.6 %, in at most some 8 KB. */
export const approxDistinct: Aggregate<unknown, Sketch, number> = defineAggregate({
  name: 'approxDistinct',
  state,
  initial: (): Sketch => ({ count: 0, few: {} }),
  add(sketch: Sketch, value: unknown) {
    const [high, low] = hash64(valueText(value))
    if ('registers' in sketch) {
      raise(
        sketch,
        high >>> (32 - registerBits),
        runOf((high << registerBits) | (low >>> (32 - registerBits)), low << registerBits, runBits),
      )
      return sketch
    }
    // The seven bits of the high half and all of the low one.
    const run = runOf((high << sparseBits) | (low >>> (32 - sparseBits)), low << sparseBits, 64 - sparseBits)
    return putFew(sketch, high >>> (32 - sparseBits), run)
  },
  merge(sketch, other) {
    let merged = sketch
    if ('registers' in other) {
      const many = dense(merged)
      for (let register = 0; register < registerCount; register++) raise(many, register, registerAt(other, register))
      return many
    }
    for (const [index, run] of Object.entries(other.few)) merged = putOne(merged, Number(index), run)
    return merged
  },
  result: (sketch) => Math.round('registers' in sketch ? estimate(sketch) : linear(sketch.count)),
})

/** The place of the first bit that is set among so many, from 1; one more where none is. */
function runOf(high: number, low: number, bits: number): number {
  const zeros = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)
  return Math.min(zeros, bits) + 1
}

function putOne(sketch: Sketch, index: number, run: number): Sketch {
  if (!('registers' in sketch)) return putFew(sketch, index, run)
  putDense(sketch, index, run)
  return sketch
}

function putFew(sketch: Few, index: number, run: number): Sketch {
  const before = sketch.few[index]
  if (before === undefined) sketch.count += 1
  if (before === undefined || before < run) sketch.few[index] = run
  return sketch.count > sparseLimit ? dense(sketch) : sketch
}

function dense(sketch: Sketch): Many {
  if ('registers' in sketch) return sketch
  const many = { registers: Array.from({ length: Math.ceil(registerCount / perNumber) }, () => 0) }
  for (const [index, run] of Object.entries(sketch.few)) putDense(many, Number(index), run)
  return many
}

/** Brings a value that was kept apart into its register: the bits between belong to the run. */
function putDense(many: Many, index: number, run: number): void {
  const between = sparseBits - registerBits
  const rest = index & ((1 << between) - 1)
  const zeros = rest === 0 ? between + run : Math.clz32(rest) - (32 - between) + 1
  raise(many, index >>> between, zeros)
}

function registerAt({ registers }: Many, register: number): number {
  const number = Math.floor(register / perNumber)
  return (registers[number]! >>> ((register - number * perNumber) * 6)) & 63
}

function raise(many: Many, register: number, run: number): void {
  const number = Math.floor(register / perNumber)
  const shift = (register - number * perNumber) * 6
  const before = (many.registers[number]! >>> shift) & 63
  if (run > before) many.registers[number]! += (run - before) * 2 ** shift
}

/** How many values hit so many of 2^25 places. */
const linear = (hit: number): number => -(2 ** sparseBits) * Math.log1p(-hit / 2 ** sparseBits)

function estimate(many: Many): number {
  const counts = Array.from({ length: runBits + 2 }, () => 0)
  for (let register = 0; register < registerCount; register++) counts[registerAt(many, register)]! += 1
  let sum = registerCount * tau(1 - counts[runBits + 1]! / registerCount)
  for (let run = runBits; run >= 1; run--) sum = 0.5 * (sum + counts[run]!)
  sum += registerCount * sigma(counts[0]! / registerCount)
  return registerCount ** 2 / (2 * Math.LN2 * sum)
}

function sigma(part: number): number {
  if (part === 1) return Infinity
  let [power, factor, sum, before] = [part, 1, part, -1]
  while (sum !== before) {
    power *= power
    before = sum
    sum += power * factor
    factor += factor
  }
  return sum
}

function tau(part: number): number {
  if (part === 0 || part === 1) return 0
  let [root, factor, sum, before] = [part, 1, 1 - part, -1]
  while (sum !== before) {
    root = Math.sqrt(root)
    before = sum
    factor *= 0.5
    sum -= (1 - root) ** 2 * factor
  }
  return sum / 3
}
