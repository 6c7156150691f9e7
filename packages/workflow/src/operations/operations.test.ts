import { sqlite } from '@heddle/data'
import { testOperations } from '../../fixtures/contracts/operations.ts'

testOperations(() => sqlite())
