import { sqlite } from '@heddle/data'
import { testChanges } from '../../fixtures/contracts/changes.ts'

testChanges(() => sqlite({ synchronous: 'off' }))
