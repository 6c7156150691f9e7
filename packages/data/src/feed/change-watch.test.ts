import { createPorts, type FedChange } from '@heddle/core'
import { expect, test } from 'vitest'
import type { Commit, Database } from '../database/database.ts'
import { ChangeWatch } from './change-watch.ts'

test('a commit that is under way when somebody begins to watch is told when it is through', async () => {
  const under = Promise.withResolvers<undefined>()
  const database = { isShared: false, commit: () => under.promise } as unknown as Database
  const watch = new ChangeWatch(database, createPorts({}))
  const commit = { tenant: 'main', writes: [{ table: { name: 'bank.Account' } }] } as unknown as Commit
  const committed = watch.around(database).commit(commit)
  const heard: FedChange[] = []
  watch.watch((change) => heard.push(change))
  under.resolve(undefined)
  await committed
  expect(heard).toEqual([{ tenant: 'main', entities: new Set(['bank.Account']) }])
})
