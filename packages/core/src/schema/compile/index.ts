export { type CompiledSchema, type CompileOptions, compileSchema, type Coverage } from './compile-schema.ts'
export { Issues, type RawIssue } from './issues.ts'
