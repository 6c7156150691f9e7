export * from './cli/index.ts'
export * from './decode/index.ts'
export * from './http/index.ts'
export * from './local/index.ts'
