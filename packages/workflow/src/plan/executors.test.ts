import { stepKinds } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { workflowExecutors } from './executors.ts'

test('every kind of step that says it can stand in a workflow has an executor there, and no other', () => {
  const said = [...stepKinds.values()].filter(({ modes }) => modes.includes('workflow')).map(({ name }) => name)
  expect(Object.keys(workflowExecutors).sort()).toEqual(said.sort())
})
