import type { SurfaceFacts } from '../surfaces/facts.ts'
import { toolNameOf } from './tool-name.ts'

/** What the surface for agents is and can do. */
export const surface: SurfaceFacts = {
  name: 'mcp',
  title: 'MCP',
  transports: ['stdio', 'socket', 'http'],
  can: {
    call: true,
    stream: true,
    progress: true,
    cancel: true,
    subscribe: true,
    upload: true,
    download: true,
    idempotencyKey: true,
    deadline: true,
  },
  doors: ({ name, domain, access }) =>
    access === 'closed' ? [] : [`tool ${toolNameOf(name)}${domain === 'heddle' ? ' (with `operations`)' : ''}`],
}
