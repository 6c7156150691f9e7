import { expect, test } from 'vitest'
import { stateNotes } from './state-notes.ts'

test('what is simply kept needs no word; all else is told', () => {
  expect(
    stateNotes([
      { step: 'same', verdict: 'keep', reasons: ['What is kept fits.'] },
      { step: 'other', verdict: 'keep', renamedFrom: 'before', reasons: [] },
      { step: 'changed', verdict: 'migrate', migration: 'hours', reasons: [] },
      { step: 'both', verdict: 'migrate', migration: 'hours', renamedFrom: 'old', reasons: [] },
      { step: 'fresh', verdict: 'begin', reasons: ['It is new.'] },
      { step: 'left', verdict: 'drop', reasons: ['It is gone.'] },
    ]),
  ).toEqual([
    '"other" takes over the state of "before".',
    'The state of "changed" is migrated by hours.',
    'The state of "old" is migrated by hours.',
    '"fresh" begins with nothing. It is new.',
    'The state of "left" is dropped. It is gone.',
  ])
})

test('where a step is built anew, all of them see their records again', () => {
  expect(
    stateNotes([
      { step: 'daily', verdict: 'rebuild', reasons: ['Its size changed.'] },
      { step: 'fresh', verdict: 'begin', reasons: ['It is new.'] },
    ]),
  ).toEqual(['The state of "daily" is built anew beside the running job, and then takes its place. Its size changed.'])
})
