import { sqlite } from '@heddle/data'
import { testPausedQueues } from '../../fixtures/contracts/paused-queues.ts'

testPausedQueues(() => sqlite())
