import type { RecordOf, ServiceOf, Where } from 'heddle'
import type { Flight, Flights } from './flight.ts'

type FlightRecord = RecordOf<typeof Flight>

/** How many flights are in memory at a time. */
const pageSize = 1000

/** Every flight that passes a filter, a page at a time: a query sees one snapshot, so nothing moves between the pages. */
export async function* eachFlight(
  flights: ServiceOf<typeof Flights>,
  where: Where<FlightRecord> = {},
): AsyncGenerator<readonly FlightRecord[]> {
  let after: string | undefined
  do {
    const page = await flights.find({ where, limit: pageSize, after })
    yield page.records
    after = page.next
  } while (after !== undefined)
}
