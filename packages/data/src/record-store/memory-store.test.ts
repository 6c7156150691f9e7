import { testRecordStore } from '../testing/index.ts'
import { createMemoryStore } from './memory-store.ts'

testRecordStore(async () => createMemoryStore())
