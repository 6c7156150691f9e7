import type { Engine } from './engine.ts'
import { mysqlEngine } from './mysql/engine.ts'
import { postgresEngine } from './postgres/engine.ts'
import { redisEngine } from './redis/engine.ts'

/** Every engine that this package connects to, by its folder. */
export const engines: Readonly<Record<string, Engine>> = {
  mysql: mysqlEngine,
  postgres: postgresEngine,
  redis: redisEngine,
}
