import { postgres } from '@heddle/data'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testOperations } from '../../fixtures/contracts/operations.ts'

testOperations(async () => postgres({ url: await freshDatabase() }))
