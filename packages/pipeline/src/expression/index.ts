export type * from './expression.ts'
export type * from './expression-error.ts'
export type * from './value-type.ts'
