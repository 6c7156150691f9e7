export { pinoLog } from './pino-log.ts'
