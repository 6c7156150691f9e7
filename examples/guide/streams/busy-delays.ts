import { job, listSource } from 'heddle'

const departures = [
  { origin: 'ATL', delay: 5, at: 0 },
  { origin: 'ATL', delay: 15, at: 60_000 },
  { origin: 'SFO', delay: 70, at: 120_000 },
]

export const busyDelays = job(new URL('./busy-delays.yaml', import.meta.url), {
  sources: { departures: listSource(departures) },
  module: import.meta.url,
})
