import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import type { Sections } from '../app/part.ts'
import { command } from '../command/command.ts'
import { compareCommands } from './compare-command.ts'

/** The section of a command that takes this type; made by a template where `config` is given. */
function section(input: z.ZodType, access?: string, config?: string): Sections {
  const made = command('demo.Run', { input, output: z.int(), access, run: () => 1 })
  const local = config === undefined ? made : { ...made, madeFrom: { template: 'demo.Template', config } }
  return app('demo', { parts: [local] }).manifest().parts['command'] as Sections
}

test('a command that was made for one caller and that nobody else may call comes and goes with it', () => {
  const [texts, numbers] = [section(z.string(), undefined, 'a'), section(z.number(), undefined, 'b')]
  expect(compareCommands(texts, {})).toMatchObject([{ level: 'safe', change: 'removed' }])
  expect(compareCommands(texts, numbers)).toMatchObject([{ level: 'safe', change: 'made otherwise' }])
  expect(compareCommands(texts, texts)).toEqual([])
})

test('a command that others may call is compared by what they see, however it was made', () => {
  const [texts, numbers] = [section(z.string(), 'public', 'a'), section(z.number(), 'public', 'b')]
  expect(compareCommands(texts, {})).toMatchObject([{ level: 'breaking', change: 'removed' }])
  expect(compareCommands(texts, numbers).some(({ level }) => level === 'breaking')).toBe(true)
  expect(compareCommands(section(z.string()), {})).toMatchObject([{ level: 'breaking' }])
})
