import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import type { CommandSection } from '../manifest/describe-command.ts'
import { sensitive } from '../schema/annotate/annotate.ts'
import { command } from './command.ts'

const withdraw = (errorExamples: object) =>
  command('bank.Withdraw', {
    input: z.object({ cents: z.int(), pin: sensitive(z.string()) }),
    output: z.object({}),
    errors: { NotCovered: z.object({}), Closed: z.object({}) },
    errorExamples,
    run: () => ({}),
  })

test('the manifest shows an input for each declared error that has one, without what is sensitive', () => {
  const { parts } = app('bank', { parts: [withdraw({ NotCovered: { cents: 9, pin: '1234' } })] }).manifest()
  const section = (parts.command as unknown as Record<string, CommandSection>)['bank.Withdraw']!
  expect(Object.keys(section.errorExamples!)).toEqual(['NotCovered'])
  expect(section.errorExamples!.NotCovered).toMatchObject({ cents: 9 })
  expect(JSON.stringify(section)).not.toContain('1234')
})

test('an example of an error that is not declared is refused', () => {
  const reason = 'errorExamples names Gone, which errors does not declare'
  expect(() => withdraw({ Gone: { cents: 9, pin: '1' } })).toThrow(
    expect.objectContaining({ code: 'InvalidDefinition', message: expect.stringContaining(reason) }),
  )
})
