import type { Serving } from '../../harness/http-contender.ts'
import { httpContender } from '../../harness/http-contender.ts'
import type { Contender } from '../../harness/types.ts'
import { orders } from '../commands/inputs.ts'

/** A contender of this suite: a server that answers an order with its total. */
export const posting = (path: string, serve: () => Promise<Serving>, body?: (input: unknown) => unknown): Contender =>
  httpContender(serve, { path, inputs: orders, ...(body && { body }) })
