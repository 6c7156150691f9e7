import { type Notices, systemFailure } from '@heddle/core'
import { noticeLimit } from '@heddle/data'
import type { RedisClient } from './client.ts'
import type { Listener } from './listener.ts'

/** Notices between processes, over publish and subscribe. */
export function redisNotices(client: RedisClient, listener: Listener, prefix: string): Notices {
  const channelOf = (topic: string) => `${prefix}:notice:${topic}`
  return {
    async publish(topic, payload) {
      if (Buffer.byteLength(payload) > noticeLimit)
        throw systemFailure('TooLarge', { name: 'notices.payload', limit: noticeLimit })
      await client.run((redis) => redis.publish(channelOf(topic), payload))
    },
    subscribe: (topic, heard, { missed = () => undefined } = {}) => listener.hear(channelOf(topic), heard, missed),
  }
}
