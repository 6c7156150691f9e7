import { postgres } from '@heddle/data'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testChanges } from '../../fixtures/contracts/changes.ts'

testChanges(async () => postgres({ url: await freshDatabase() }))
