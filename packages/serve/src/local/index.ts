export { callLocally, type LocalCallOptions } from './call-locally.ts'
export { isAnswered, listenLocally, type LocalListener } from './listen-locally.ts'
export { local } from './local.ts'
export { localSocketPath } from './socket-path.ts'
