export * from './engine.ts'
export * from './engines.ts'
export { type MysqlRecordsOptions, mysqlRecords } from './mysql/records.ts'
export {
  postgresChanges,
  postgresChangesKind,
  type PostgresChangesOptions,
} from './postgres/changes/postgres-changes.ts'
export type { RowChange } from './postgres/changes/records.ts'
export { postgresTable, postgresTableKind, type PostgresTableOptions } from './postgres/table/postgres-table.ts'
export type { RedisCacheOptions } from './redis/cache.ts'
export type { RedisAddress } from './redis/client.ts'
export { type EventsFromRedisOptions, eventsFromRedis } from './redis/events/from-redis.ts'
export { type EventsToRedisOptions, eventsToRedis, type SendsEvents } from './redis/events/to-redis.ts'
export { type RedisRecordsOptions, redisRecords } from './redis/records.ts'
export * from './redis/redis.ts'
