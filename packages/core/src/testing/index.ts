export * from './cache-contract.ts'
export { checkTypes } from './check-types.ts'
export * from './recording-transactions.ts'
export * from './virtual-time.ts'
