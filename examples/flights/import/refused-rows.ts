import { type DeadLetters, type Part, type PartKind, port } from 'heddle'

/** Reads the dead letters, for commands of this app. */
export const RefusedRows = port<Pick<DeadLetters, 'list'>>('flights.RefusedRows', { external: false })

const refusedRowsKind: PartKind = { name: 'service', compare: () => [] }

/** The service behind the port: the dead-letter store of the app's own database. */
export function refusedRows(): Part {
  let letters: DeadLetters | undefined
  const part: Part = {
    kind: refusedRowsKind,
    name: RefusedRows.name,
    describe: () => ({ external: false }),
    // The database is opened before the other parts, so this is its store.
    open({ ports }) {
      letters = ports.deadLetters
    },
    provides: {
      port: RefusedRows,
      service: { list: (query) => letters!.list(query) } satisfies Pick<DeadLetters, 'list'>,
    },
    simulated: () => part,
  }
  return part
}
