import { http, local, type Part } from 'heddle'
import { webSocket } from 'heddle/live'
import { mcp } from 'heddle/mcp'
import { authenticate } from '../principals.ts'

/** Every way into an app that is a part of it. */
export const surfacesOf = (): Part[] => [http({ port: 0, authenticate, mounts: [webSocket(), mcp()] }), local()]
