export type { RedisCacheOptions } from './redis/cache.ts'
export type { RedisAddress } from './redis/client.ts'
export * from './redis/redis.ts'
export { type RedisRecordsOptions, redisRecords } from './redis/records.ts'
