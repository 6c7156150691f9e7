import type { Driver } from '../driver.ts'
import { driver as cli } from './cli.ts'
import { clientDrivers } from './client.ts'
import { driver as inProcess } from './function.ts'
import { driver as http } from './http.ts'
import { driver as local } from './local.ts'
import { driver as mcpHttp } from './mcp-http.ts'
import { driver as mcpSocket } from './mcp-socket.ts'
import { driver as mcpStdio } from './mcp-stdio.ts'
import { driver as remote } from './remote.ts'
import { driver as sse } from './sse.ts'
import { driver as webSocket } from './websocket.ts'

/** The surfaces that are compared. The first is the measure: the app's own code. */
export const drivers: readonly Driver[] = [
  inProcess,
  http,
  sse,
  webSocket,
  mcpHttp,
  mcpStdio,
  mcpSocket,
  cli,
  local,
  remote,
  ...clientDrivers,
]
