import { expect, test } from 'vitest'
import { PendingBytes } from './pending-bytes.ts'

test('gives back what was added and not dropped, whatever the sizes are', () => {
  const pending = new PendingBytes(16)
  let expected = ''
  for (let nth = 0; nth < 400; nth++) {
    const text = String.fromCharCode(97 + (nth % 26)).repeat((nth * 7) % 41)
    if (nth % 3 === 0) pending.room(text.length).write(text)
    if (nth % 3 === 0) pending.filled(text.length)
    else pending.add(Buffer.from(text))
    expected += text
    expect(pending.bytes.toString()).toBe(expected)
    const dropped = Math.min((nth * 11) % 47, pending.length)
    pending.drop(dropped)
    expected = expected.slice(dropped)
    expect(pending.bytes.toString()).toBe(expected)
    expect(pending.length).toBe(expected.length)
  }
})
