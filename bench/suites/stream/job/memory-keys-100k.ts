import { plainJob } from './plain.ts'

export const contender = plainJob(100_000)
