import { CommitConflict, type Transactions, type Unit } from '../ports/transactions.ts'

/** Transactions that write down what happens to them, and lose the first `conflicts` commits. */
export function recordingTransactions(conflicts = 0): Transactions & { readonly events: string[] } {
  const events: string[] = []
  let lost = 0
  const unit = (name: string): Unit => ({
    tenant: 'main',
    prepare: () => void events.push(`${name} prepare`),
    overlay: () => {
      events.push(`${name} overlay`)
      return unit(`${name}.overlay`)
    },
    merge: () => void events.push(`${name} merge`),
    emit: ({ name: event, key, data }) => void events.push(`${name} emit ${event} ${key} ${JSON.stringify(data)}`),
    commit() {
      if (lost++ < conflicts) {
        events.push(`${name} conflict`)
        throw new CommitConflict()
      }
      events.push(`${name} commit`)
    },
    rollback: () => void events.push(`${name} rollback`),
  })
  let units = 0
  return {
    events,
    begin({ mode, after }) {
      const name = `unit ${++units}`
      events.push(`${name} begin ${mode}${after ? ' again' : ''}`)
      return unit(name)
    },
  }
}
