export { harmless } from './harmless.ts'
export { linearPattern } from './linear-pattern.ts'
