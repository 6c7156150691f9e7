export { warmed as contender } from './warmed.ts'
