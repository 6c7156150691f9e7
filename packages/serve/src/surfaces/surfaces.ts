import { surface as cli } from '../cli/surface.ts'
import { surface as client } from '../client/surface.ts'
import { surface as http } from '../http/surface.ts'
import { surface as local } from '../local/surface.ts'
import { surface as webSocket } from '../live/websocket/surface.ts'
import { surface as mcp } from '../mcp/surface.ts'
import { surface as remote } from '../remote/surface.ts'
import type { SurfaceFacts } from './facts.ts'
import { surface as inProcess } from './function/surface.ts'
import { surface as sse } from './sse/surface.ts'

/** Every way into an app, as the folders tell: a test compares them. */
export const surfaces: readonly SurfaceFacts[] = [inProcess, http, sse, webSocket, mcp, cli, local, remote, client]
