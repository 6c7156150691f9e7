import { plainJob } from './plain.ts'

export const contender = plainJob(1_000_000)
