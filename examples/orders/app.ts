import { app, databaseAt, http } from 'heddle'
import { consolePage } from 'heddle/console'
import { listOrders, Order } from './order.ts'
import { placeOrder } from './place-order.ts'
import { httpServices } from './services.ts'

export default app('orders', {
  database: databaseAt(process.env.DATABASE_URL),
  parts: [Order, listOrders, placeOrder, httpServices(), http({ mounts: [consolePage()] })],
})
