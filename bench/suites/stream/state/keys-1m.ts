import { counting } from './counting.ts'

export const contender = counting(1_000_000)
