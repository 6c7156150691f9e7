import { postgres } from '@heddle/data'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testPausedQueues } from '../../fixtures/contracts/paused-queues.ts'

testPausedQueues(async () => postgres({ url: await freshDatabase() }), { processes: 2 })
