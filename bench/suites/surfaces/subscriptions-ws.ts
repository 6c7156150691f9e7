import { subscribed } from './subscriptions-heddle.ts'

/** Over WebSocket, one subscription on each connection. */
export const contender = subscribed('websocket')
