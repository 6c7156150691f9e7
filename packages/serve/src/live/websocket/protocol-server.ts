import { type ServerOptions, WebSocketServer } from 'ws'

/** The version of what is spoken, as a client may name it when it connects. */
export const protocol = 'heddle.v1'

/** How long a client that is told to go may take. */
const closeTimeoutMs = 2000

/** A message may come in so many pieces at least, and in more where it may be so long that short ones make it up. */
const fewestFragments = 16_384
const shortFragmentBytes = 64

/** What speaks RFC 6455 for us, as we set it: for connections that are handed to it. */
export function protocolServer(maxPayload: number): WebSocketServer {
  // `closeTimeout` is not yet in the types of the library.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    maxPayload,
    maxFragments: Math.max(fewestFragments, Math.ceil(maxPayload / shortFragmentBytes)),
    closeTimeout: closeTimeoutMs,
    // What is compressed beside a secret tells it (BREACH), and each connection would need memory for it.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  }
  return new WebSocketServer(options)
}
