import { expect, test } from 'vitest'
import { uuidV7 } from './ids.ts'

test('an id holds its time, its version, its variant and the bytes that were drawn', () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index)
  const id = uuidV7({ now: () => 0x0123_4567_89ab }, { next: () => 0, bytes: () => bytes.slice() })
  expect(id).toBe('01234567-89ab-76f7-b8f9-fafbfcfdfeff')
})
