export * from './recording-transactions.ts'
export * from './virtual-time.ts'
