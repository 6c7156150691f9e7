// Starts the three services that an order goes through, in a process of their own: they live on when the app is killed.
import { startPayment } from './payment.ts'
import { startShipping } from './shipping.ts'
import { startStock } from './stock.ts'
import { usualUrls } from '../service-urls.ts'

const portOf = (url: string) => Number(new URL(url).port)
const services = await Promise.all([
  startPayment(portOf(usualUrls.payment)),
  startStock(portOf(usualUrls.stock)),
  startShipping(portOf(usualUrls.shipping)),
])
for (const { name, url } of services) console.log(`${name.padEnd(8)} ${url}  (what it did: curl ${url})`)
process.once('SIGINT', () => process.exit())
