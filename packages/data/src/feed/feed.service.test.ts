import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { postgres } from '../postgres/postgres.ts'
import { testFeed } from '../testing/test-feed.ts'

testFeed({ open: async () => postgres(await freshDatabase()), isShared: true })
