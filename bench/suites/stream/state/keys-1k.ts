import { counting } from './counting.ts'

export const contender = counting(1000)
