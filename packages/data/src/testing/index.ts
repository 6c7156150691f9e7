export * from './test-database.ts'
export * from './test-store.ts'
export * from './test-record-store.ts'
export * from './test-takes.ts'
