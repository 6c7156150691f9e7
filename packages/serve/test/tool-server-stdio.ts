import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createToolServer } from './tool-server.ts'

/** The server of tools as a process of its own. */
const state = { cancelled: [], extra: [] }
serveStdio(() => createToolServer(state))
