import type { OpenApp, Ports } from '@heddle/core'
import type { Database } from '@heddle/data'
import type { AnyWorkflow } from '../define/types.ts'
import type { Queues } from '../queue/queues.ts'

/** What an engine is put together from. */
export interface EngineSetup {
  readonly app: OpenApp
  readonly ports: Ports
  readonly database: Database
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  readonly queues: Queues
  readonly deaths?: number
  readonly resting?: number
  readonly leaseMs?: number
}
