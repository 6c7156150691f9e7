export { serveBuilt } from './serve-built.ts'
