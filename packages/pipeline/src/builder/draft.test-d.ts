import { command, type Outcome } from '@heddle/core'
import { z } from 'zod'
import { pipeline } from '../run/pipeline.ts'
import { draft } from './begin.ts'
import { fn } from './fn.ts'

// Checked by the compiler: what one step gives is what the next one takes.

const parse = command('t.Parse', {
  input: z.string(),
  output: z.object({ delay: z.number(), origin: z.string() }),
  run: () => ({ delay: 1, origin: 'a' }),
})
const rate = command('t.Rate', { input: z.object({ delay: z.number() }), output: z.number(), run: () => 1 })
const text = draft('t.Run', { input: z.string() })

const typed = pipeline(text.call('parse', parse).call('rate', rate))
const outcome: Outcome<number, unknown> = { ok: true, value: typed.command.types.value satisfies number }
void outcome
void (typed.command.types.input satisfies string)

// @ts-expect-error A command that takes a record is not given a text.
text.call('rate', rate)
// With `with`, the check of the plan looks at what is given.
text.call('rate', rate, { with: { delay: 'size(it)' } })

// @ts-expect-error A closure has no name, and a plan holds no code.
text.call('upper', (value: string) => value.toUpperCase())
// @ts-expect-error Nor can it stand where an expression stands.
text.map('upper', (value: string) => value.toUpperCase())
text
  .call(
    'upper',
    fn('upper', z.string(), z.string(), (value) => value.toUpperCase()),
  )
  .call('parse', parse)
const parsed = text.call('parse', parse)
const upper = fn('upper', z.string(), z.string(), (value) => value.toUpperCase())
// @ts-expect-error A named function takes what it takes.
parsed.call('upper', upper)

// What an expression gives is not known here: whoever states it is believed until the plan is checked.
text.map('any', 'size(it)').call('rate', rate)
// @ts-expect-error A number is no record.
text.map<number>('size', 'size(it)').call('rate', rate)

const list = draft('t.List', { input: z.array(z.string()) })
const rates = list.forEach('all', (item) => item.call('parse', parse).call('rate', rate))
void (pipeline(rates).command.types.value satisfies number[])
// @ts-expect-error The items are texts.
list.forEach('all', (item) => item.call('rate', rate))

const both = text.parallel('both', { left: (own) => own.call('parse', parse), right: (own) => own })
void (pipeline(both).command.types.value satisfies { left: { delay: number }; right: string })
const one = text.parallel('one', { left: (own) => own.map<number>('a', '1') }, { merge: 'list' })
void (pipeline(one).command.types.value satisfies number[])

const ways = text.when('way', 'size(it) > 3', (own) => own.call('parse', parse))
void (pipeline(ways).command.types.value satisfies string | { delay: number })
// @ts-expect-error One of the ways gives a text.
ways.call('rate', rate)
