import { postgres } from '@heddle/data'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testStateMachines } from '../../fixtures/contracts/state-machines.ts'

testStateMachines(async () => postgres({ url: await freshDatabase() }), { processes: 2 })
