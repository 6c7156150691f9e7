export * from '@heddle/core'
// Both core and data have a type of this name: the one that part kinds need wins.
export type { Comparison } from '@heddle/core'
export * from '@heddle/data'
export * from '@heddle/serve'
export { heddleCommands, operations, withOperations } from './commands/operations.ts'
export { leasesAt } from './leases/leases-at.ts'
export { type Subject, SubjectPort } from './commands/subject.ts'
