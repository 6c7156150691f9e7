import { testSink, testSource } from '@heddle/stream/testing'
import { boardSink, meterSource } from './own-source.ts'

const readings = Array.from({ length: 7 }, (_, number) => ({ number, kwh: number / 2 }))

testSource('meter', () => {
  const device = { readings: async (from: number, limit: number) => readings.slice(from, from + limit) }
  return { source: meterSource(device).create({ from: 2 }), expected: { '0': readings.slice(2) } }
})

testSink('board', () => {
  const board = new Map<string, unknown>()
  return { sink: boardSink(board).create({}, { kind: 'unknown' }), read: () => [...board.values()] }
})
