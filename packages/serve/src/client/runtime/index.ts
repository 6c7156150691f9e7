export type { Cast, Casts, Alternative } from './cast.ts'
export type { Query, QueryState } from './cached-query.ts'
export { type Client, clientOf, type MadeFrom, type StreamOptions, type ToldOf } from './client.ts'
export type { Compatibility } from './compatible.ts'
export type {
  Attempt,
  CallOptions,
  ClientOptions,
  Context,
  OpenTransport,
  Piece,
  Pushed,
  Transport,
  Wanted,
} from './context.ts'
export type { Download } from './download.ts'
export { type EventOptions, EventsLost, type Told } from './events.ts'
export { OutcomeError } from './failures.ts'
export type { QueryOptions } from './queries.ts'
export type { Run } from './run.ts'
export type { Streamed } from './streamed.ts'
export type {
  AnyCommand,
  AnyFailure,
  Command,
  EventType,
  Failure,
  Loader,
  Outcome,
  Progress,
  Retry,
  SystemFailure,
  Unloaded,
  Workflow,
} from './types.ts'
export { type SocketLike, webSocket, type WebSocketOptions } from './web-socket.ts'
