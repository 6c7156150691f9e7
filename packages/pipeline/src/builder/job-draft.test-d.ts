import { command } from '@heddle/core'
import { z } from 'zod'
import { draft } from './begin.ts'

// Checked by the compiler: the type of a record flows through the steps, and each stream keeps its own.

const Flight = z.object({ id: z.string(), origin: z.string(), delay: z.number() })
const rate = command('t.Rate', { input: z.object({ delay: z.number() }), output: z.number(), run: () => 1 })
const city = command('t.City', { input: z.string(), output: z.object({ name: z.string() }), run: () => ({ name: '' }) })
const file = { name: 'file', config: z.object({ path: z.string(), follow: z.boolean().optional() }) }

const flights = draft('t.Job').source('flights', file, { path: 'a' }, { type: Flight, time: 'it.at' })
// @ts-expect-error The settings of a kind that is given as code are typed.
draft('t.Job').source('flights', file, { paht: 'a' })

flights.filter('late', 'it.delay > 15').keyBy('keyed', 'it.origin').call('rated', rate)
flights.call('rated', rate).map('text', 'string(it)').gives<string>()
// @ts-expect-error A number is no record with a delay.
flights.call('rated', rate).call('again', rate)
// @ts-expect-error A text is no record with a delay.
flights.map('text', 'it.id').gives<string>().call('rated', rate)

const parted = flights.branch('parts', { big: 'it.delay > 60' })
parted.from('parts.big').call('rated', rate)
// @ts-expect-error There is no such side.
parted.from('parts.small')
// @ts-expect-error There is no such stream.
parted.from('flihgts')

const windowed = flights.window('counts', { tumbling: '1h' }, { n: 'count()' }).gives<{ readonly n: number }>()
// @ts-expect-error What a window gives has no delay.
windowed.call('rated', rate)
windowed.from('counts.late').call('rated', rate)
// @ts-expect-error A window has no such setting.
flights.window('counts', { tumbeling: '1h' }, { n: 'count()' })

const found = flights.lookup('city', city, { with: 'it.origin', as: 'city' })
void (found.types!.value.city.name satisfies string)
void (found.types!.value.delay satisfies number)
const Airport = { name: 't.Airport', schema: z.object({ code: z.string() }) }
const enriched = flights.enrich('airport', Airport, { key: 'it.origin', as: 'airport' })
// @ts-expect-error There may be no such airport.
void enriched.types!.value.airport.code

const joined = flights.source('codes', 'file', 'b', { type: z.object({ code: z.string() }) }).from('flights')
const both = joined.join('both', 'codes', { by: 'it.origin', withBy: 'it.code', within: { after: '1h' }, kind: 'left' })
void (both.types!.value.left.delay satisfies number)
// @ts-expect-error The right side of a left join may be missing.
void both.types!.value.right.code
const all = joined.from('codes').map('names', 'it.code').gives<string>().union('all', ['codes', 'names'])
void (all.types!.value satisfies string | { code: string })
// @ts-expect-error There is no such stream.
joined.union('all', ['codes', 'nmes'])
// @ts-expect-error A closure has no name, and a plan holds no code.
flights.call('upper', (flight: { readonly delay: number }) => flight.delay)

const stated = parted.map('text', 'it.id').gives<string>().map('size', 'size(it)').gives<number>()
stated.from('parts.big').call('rated', rate)
void (stated.from('text').types!.value satisfies string)
void (stated.from('size').types!.value satisfies number)
