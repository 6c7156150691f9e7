import type { Engine } from '../engine.ts'

/** What Redis can be used for. */
export const redisEngine: Engine = {
  title: 'Redis',
  testedOn: 'Redis 7.0',
  library: 'ioredis',
  roles: {
    cache: 'redis',
    rateCounter: 'redis',
    notices: 'redis',
    recordStore: 'redisRecords',
    events: 'eventsToRedis',
  },
}
