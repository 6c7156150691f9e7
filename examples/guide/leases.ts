import { app, command } from '@heddle/core'
import { entity, Leases, repository, sqlite } from '@heddle/data'
import { z } from 'zod'

const Reading = entity('meter.Reading', { key: 'hour', fields: { hour: z.iso.datetime(), kwh: z.number() } })
export const Readings = repository(Reading)

/** Only who holds the lease of the meter may store what it reads. */
export const storeReading = command('meter.StoreReading', {
  input: z.object({ hour: z.iso.datetime(), kwh: z.number().min(0), token: z.int() }),
  output: z.object({}),
  uses: [Readings, Leases],
  run({ input: { token, ...reading }, ctx }) {
    // Looked at by the commit itself: nothing is stored once another one has the lease.
    ctx.use(Leases).guard({ name: 'meter', token })
    ctx.use(Readings).insert(reading)
    return {}
  },
})

export default app('meter', { database: sqlite(), parts: [storeReading] })
