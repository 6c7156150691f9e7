import { migrate } from './migration-case.ts'
import { openTestStore } from './test-store.ts'

// A child process of a test: applies the migrations of a folder to a database, and may be killed on the way.
const [folder, migrations] = process.argv.slice(2)
const store = await openTestStore([], { folder: folder! })
await migrate(store, migrations!)
await store.close()
