export type { WebSocketLimits } from './limits.ts'
export { webSocket, type WebSocketOptions } from './web-socket.ts'
