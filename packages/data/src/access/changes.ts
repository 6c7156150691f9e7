import { after, type Context, type Hook, type Port } from '@heddle/core'
import { dataUnit } from '../unit/data-unit.ts'

/** What is said among processes when roles, principals or keys changed. */
export const accessTopic = 'heddle.access'

/** Tells every process that has the database open that what it remembers of access no longer counts. */
export const AccessChanges: Port<{ tell(): void }> = {
  kind: 'port',
  name: 'heddle.AccessChanges',
  external: false,
  bind(scope) {
    const { notices } = dataUnit(scope, 'heddle.AccessChanges').database
    // Not before the commit: what is read until then is still old.
    const publish = async () => {
      try {
        await notices.publish(accessTopic, '')
      } catch {
        // What is remembered ends by itself in a few seconds.
      }
    }
    return { tell: () => scope.afterCommit(publish) }
  },
}

/** For commands that change who may do what, also where another command calls them. */
export const tellChanges: Hook = after('executing', ({ ctx }) => (ctx as Context).use(AccessChanges).tell())
