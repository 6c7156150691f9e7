import type { Sink } from '../../sink/sink.ts'
import type { AsideDeeds } from './deeds.ts'
import { crossing } from './remote-source.ts'
import type { Wire } from './wire.ts'

/** Lets the app's thread put aside what a sink there is to show once its plan takes over. */
export const remoteAside =
  (name: string, wire: Wire<AsideDeeds>): NonNullable<Sink['aside']> =>
  async () => {
    await wire.ask('openAside', name)
    return {
      async write(records) {
        for (let from = 0; from < records.length; from += crossing) {
          await wire.ask('writeAside', name, records.slice(from, from + crossing))
        }
      },
    }
  }
