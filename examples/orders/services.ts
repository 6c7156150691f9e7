import { type Part, type PartKind, port } from 'heddle'
import { usualUrls } from './service-urls.ts'

/** The name of a service. */
export type ServiceName = keyof typeof usualUrls

/** Asks services for something, each under an idempotency key: a service does once what it is asked for again. */
export interface Services {
  /** @throws {Error} when it does not answer: whoever asked tries again later */
  post(service: ServiceName, what: string, input: unknown, key: string): Promise<{ status: number; body: unknown }>
}

/** The port by which commands reach the services. */
export const Services = port<Services>('orders.Services')

const servicesKind: PartKind = { name: 'service', compare: () => [] }

/** The services over HTTP, at `PAYMENT_URL`, `STOCK_URL` and `SHIPPING_URL` where those are set. */
export function httpServices(given: Partial<Record<ServiceName, string>> = {}): Part {
  const urls: Record<ServiceName, string> = { ...usualUrls, ...given }
  return {
    kind: servicesKind,
    name: Services.name,
    describe: () => ({ services: Object.keys(usualUrls) }),
    open({ environment }) {
      for (const name of Object.keys(usualUrls) as ServiceName[]) {
        urls[name] = given[name] ?? environment[`${name.toUpperCase()}_URL`] ?? usualUrls[name]
      }
    },
    provides: {
      port: Services,
      service: {
        async post(service, what, input, key) {
          const response = await fetch(new URL(`/${what}`, urls[service]), {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': key },
            body: JSON.stringify(input),
          })
          return { status: response.status, body: await response.json() }
        },
      } satisfies Services,
    },
  }
}
