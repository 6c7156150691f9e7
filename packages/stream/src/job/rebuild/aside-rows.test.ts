import { expect, test } from 'vitest'
import { openState } from '../../state/open-state.ts'
import { asideRows, heldRows, isAside } from './aside-rows.ts'

test('rows that are put aside are part of the state: a checkpoint holds them, and what comes after it is taken back', () => {
  const state = openState()
  const rows = asideRows(state, 'sales')
  for (const key of ['a', 1, 'gone']) rows.set(key, `row ${key}`)
  const { hash } = state.checkpoint(1)
  const other = asideRows(state, 'sales')
  other.delete('gone')
  other.set('a', 'row a, changed')
  expect(other.get('a')).toBe('row a, changed')
  const second = state.checkpoint(2)
  expect(state.steps().filter(isAside)).toHaveLength(1)

  state.restore(2, second.hash)
  const held = new Map<unknown, string>([
    ['a', 'row a, changed'],
    [1, 'row 1'],
  ])
  expect(heldRows(state, 'sales')).toEqual(held)
  expect(heldRows(state, 'other').size).toBe(0)
  state.restore(1, hash)
  expect(heldRows(state, 'sales').size).toBe(3)
  state.close()
})
