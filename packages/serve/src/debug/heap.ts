import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'

/** What the heap holds, in bytes. */
export const heapStatistics = () => ({
  memory: process.memoryUsage(),
  heap: getHeapStatistics(),
  spaces: getHeapSpaceStatistics(),
})
