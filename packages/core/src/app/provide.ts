import type { Port } from '../ports/port.ts'
import type { Part, PartKind } from './part.ts'

/** A service is no contract with anybody outside, so nothing about it can break. */
const serviceKind: PartKind = { name: 'service', compare: () => [] }

/**
 * Gives an app the service behind a port.
 *
 * @example app('shop', { parts: [placeOrder, provide(Mailer, smtpMailer(url))] })
 */
export function provide<Service>(port: Port<Service>, service: Service): Part {
  return {
    kind: serviceKind,
    name: port.name,
    describe: () => ({ external: port.external }),
    provides: { port, service },
  }
}
