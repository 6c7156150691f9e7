export * from './decimal.ts'
export * from './decimal-type.ts'
