import { expect, test } from 'vitest'
import { endOf, noChange, putRow, type RowRecord, type RowRules, withdrawRow } from './row-change.ts'
import { isOlderWindow } from './window-order.ts'

interface Told {
  readonly row: RowRecord
  readonly weight: 1 | -1
}

const isSame = (left: RowRecord, right: RowRecord) => left === right

/** What stands in the table after an epoch, as a table sink finds out. */
function afterEpoch(standing: RowRecord | undefined, told: readonly Told[], rules: RowRules): RowRecord | undefined {
  const change = noChange()
  for (const { row, weight } of told) (weight === 1 ? putRow : withdrawRow)(change, row, rules)
  if (standing === undefined) return change.row
  const end = endOf(change, standing, (row) => isSame(row, standing), rules)
  return end === 'stays' ? standing : end
}

/** What stands after each record was written at once. */
function oneByOne(standing: RowRecord | undefined, told: readonly Told[], { isOfNewest }: RowRules) {
  let now = standing
  for (const { row, weight } of told) {
    if (weight === 1) now = isOfNewest && isOlderWindow(row, now) ? now : row
    else if (now !== undefined && isSame(now, row)) now = undefined
  }
  return now
}

const rows: RowRecord[] = [
  { start: 1, n: 1 },
  { start: 1, n: 2 },
  { start: 2, n: 3 },
  { start: 3, n: 4 },
]
const all: Told[] = rows.flatMap((row) => [
  { row, weight: 1 },
  { row, weight: -1 },
])

function* sequences(length: number): Generator<Told[]> {
  if (length === 0) return yield []
  for (const head of sequences(length - 1)) for (const one of all) yield [...head, one]
}

test.each([false, true])(
  'comes to what writing each record at once comes to (newest of many windows: %s)',
  (isOfNewest) => {
    const rules = { isOfNewest, isSame }
    for (const length of [1, 2, 3, 4])
      for (const told of sequences(length))
        for (const standing of [undefined, ...rows]) {
          const end = afterEpoch(standing, told, rules)
          if (end !== oneByOne(standing, told, rules)) expect({ told, standing, end }).toBe('something else')
        }
  },
)

test('holds what was withdrawn only while it may be in the table', () => {
  const rules = { isOfNewest: false, isSame }
  const change = noChange()
  withdrawRow(change, rows[0]!, rules)
  expect(change.withdrawn).toHaveLength(1)
  for (let again = 0; again < 3; again++) {
    putRow(change, rows[1]!, rules)
    withdrawRow(change, rows[1]!, rules)
  }
  expect(change).toMatchObject({ row: undefined, withdrawn: undefined })
})
