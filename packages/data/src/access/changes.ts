import { after, type Context, type Hook, type Maybe, type Port } from '@heddle/core'
import { dataUnit } from '../unit/data-unit.ts'

/** What is said among processes when roles, principals or keys changed. */
export const accessTopic = 'heddle.access'

/** Tells every process that has the database open that what it remembers of access no longer counts. */
export const AccessChanges: Port<{ tell(): Maybe<void> }> = {
  kind: 'port',
  name: 'heddle.AccessChanges',
  external: false,
  bind(scope) {
    const { notices } = dataUnit(scope, 'heddle.AccessChanges').database
    return { tell: () => notices.publish(accessTopic, '') }
  },
}

/** For commands that change who may do what. Not before the commit: what is read until then is still old. */
export const tellChanges: Hook = after('committed', ({ ctx }) => (ctx as Context).use(AccessChanges).tell())
