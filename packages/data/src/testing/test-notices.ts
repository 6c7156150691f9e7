import { expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { noticeLimit } from '../database/notices.ts'

/** The part of the database contract that is about notices and claims, as one process sees them. */
export function testNotices(database: () => Database): void {
  test('a notice reaches those who listen to its topic, in order, until they stop', async () => {
    const { notices } = database()
    const heard: string[] = []
    let last: () => void
    const all = new Promise<void>((resolve) => (last = resolve))
    const stop = await notices.subscribe('stopped', (payload) => heard.push(`stopped ${payload}`))
    await notices.subscribe('topic', (payload) => heard.push(`first ${payload}`))
    await notices.subscribe('topic', (payload) => {
      heard.push(`second ${payload}`)
      if (payload === 'end') last()
    })
    stop()
    for (const topic of ['stopped', 'other', 'topic']) await notices.publish(topic, 'a \0 \u0001 \u{10ffff}')
    await notices.publish('topic', 'end')
    await all
    const strange = 'a \0 \u0001 \u{10ffff}'
    expect(heard).toEqual([`first ${strange}`, `second ${strange}`, 'first end', 'second end'])
  })

  test('a notice that is too long is refused, and an empty one is not', async () => {
    const { notices } = database()
    const publish = async (payload: string) => notices.publish('long', payload)
    await expect(publish('é'.repeat(noticeLimit / 2 + 1))).rejects.toMatchObject({
      code: 'TooLarge',
      data: { name: 'notices.payload', limit: noticeLimit },
    })
    const heard = new Promise<string>((resolve) => void database().notices.subscribe('long', resolve))
    await publish('')
    expect(await heard).toBe('')
  })

  test('what is claimed and given back can be claimed again', async () => {
    const { claims } = database()
    expect([await claims.take('work'), await claims.take('other')]).toEqual([true, true])
    claims.free('work')
    expect(await claims.take('work')).toBe(true)
    claims.free('work')
    claims.free('other')
  })
}
