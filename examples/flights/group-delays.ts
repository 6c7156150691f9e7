import type { RecordOf, ServiceOf, Where } from 'heddle'
import { type DelayStatistics, summarizeDelays } from './delay-statistics.ts'
import { eachFlight } from './each-flight.ts'
import type { Flight, Flights } from './flight.ts'

type FlightRecord = RecordOf<typeof Flight>

/** A group of flights, and how late they were. */
export interface DelayGroup {
  readonly key: string
  readonly delays: DelayStatistics
}

/** Sums up the delays of each group of flights, in the order of the groups' keys. Groups with few flights are left out. */
export async function groupDelays(
  flights: ServiceOf<typeof Flights>,
  {
    where,
    keyOf,
    minFlights,
  }: {
    readonly where: Where<FlightRecord>
    readonly keyOf: (flight: FlightRecord) => string
    readonly minFlights: number
  },
): Promise<DelayGroup[]> {
  const groups = new Map<string, number[]>()
  for await (const page of eachFlight(flights, where)) {
    for (const flight of page) {
      const key = keyOf(flight)
      const delays = groups.get(key)
      if (delays) delays.push(flight.delay)
      else groups.set(key, [flight.delay])
    }
  }
  return [...groups]
    .filter(([, delays]) => delays.length >= minFlights)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, delays]) => ({ key, delays: summarizeDelays(delays) }))
}
