import { served } from './served.ts'

export const contender = served()
