import { expect, test } from 'vitest'
import { settingChanges, settingNotes } from './setting-notes.ts'

const late = { id: 'late', filter: 'it.delay > 0' }
const hourly = { id: 'hourly', window: { tumbling: '1h' } }
const kept = { step: 'hourly', verdict: 'keep', reasons: [] } as const

test('a step without state that is new, changed or gone takes effect from now on, and is named', () => {
  const other = { ...late, filter: 'it.delay > 5' }
  const patient = { ...hourly, lateness: '1m' }
  const more = { id: 'more', map: { n: 'it.n' } }
  expect(settingNotes([late, hourly], [other, more, patient], [kept])).toEqual(
    ['"late" changed', '"more" is new', '"hourly" changed'].map(
      (what) => `The step ${what}. It takes effect from now on; rows and open windows keep what they had.`,
    ),
  )
  expect(settingChanges([late, hourly], [hourly], [kept])).toEqual([{ step: 'late', change: 'is gone' }])
  expect(settingChanges([late, hourly], [hourly, late], [kept])).toEqual([])
})

test('what is told with its state is not told again, and nothing is where all records are seen anew', () => {
  expect(settingChanges([hourly], [{ ...hourly, id: 'hh' }], [{ ...kept, step: 'hh', renamedFrom: 'hourly' }])).toEqual(
    [],
  )
  expect(settingChanges([], [hourly], [{ ...kept, verdict: 'begin' }])).toEqual([])
  expect(settingChanges([late], [hourly], [{ ...kept, verdict: 'rebuild' }])).toEqual([])
})
