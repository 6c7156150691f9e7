export { generateClient, type GenerateOptions } from './generate/generate-client.ts'
export { declareType, type DeclaredType } from './types/declare-type.ts'
export * from './runtime/index.ts'
