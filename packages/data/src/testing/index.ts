export * from './test-database.ts'
export * from './test-store.ts'
