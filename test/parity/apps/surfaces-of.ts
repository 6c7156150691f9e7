import { http, local, type Part } from 'heddle'
import { authenticate } from '../principals.ts'

/** Every way into an app that is a part of it. */
export const surfacesOf = (): Part[] => [http({ port: 0, authenticate }), local()]
