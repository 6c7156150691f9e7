import { sqlite } from '../sqlite/sqlite.ts'
import { testFeed } from '../testing/test-feed.ts'

testFeed({ open: () => sqlite(), isShared: false })
