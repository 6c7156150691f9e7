import {
  type AnyFailure,
  FailedCall,
  type OpenApp,
  type Outcome,
  outgoingOf,
  outgoingOutcome,
  type Part,
  type Principal,
} from '@heddle/core'
import { failureJson } from '../http/problem.ts'
import { publicManifest } from '../manifest/public-manifest.ts'
import type { RemoteCaller } from './caller.ts'
import { failuresFrom } from './failures.ts'
import { tenantOf } from './headers.ts'
import type { RemoteOptions } from './options.ts'
import type { RemotePart } from './remote-part.ts'
import { jsonAndFiles } from './take-files.ts'
import type { RemoteContext, RemoteTarget } from './target.ts'

/** How the other app is called. */
export interface InProcessOptions {
  /** Who calls it; `null` is a stranger. @default null */
  readonly as?: Principal | null
}

/**
 * Puts an open app of this process in the place of one behind the network, for tests: input and outcome are the JSON that they
 * would be over HTTP, and access is checked.
 *
 * @param part what `remote` made
 * @example await using shop = await testApp(shopApp, { provide: [inProcess(billing, await testApp(billingApp), { as: service })] })
 */
export function inProcess(part: RemotePart, app: OpenApp, { as = null }: InProcessOptions = {}): Part {
  return part.over(callerWithin(app, as, part.tenant), publicManifest(app.manifest, 'in process', undefined))
}

function callerWithin(app: OpenApp, as: Principal | null, tenant: RemoteOptions['tenant']): RemoteCaller {
  return { call, stream }

  async function call(target: RemoteTarget, input: unknown, ctx: RemoteContext): Promise<unknown> {
    return ended(target, await app.callByName(target.name, jsonAndFiles(input), optionsOf(ctx)))
  }

  async function* stream(target: RemoteTarget, input: unknown, ctx: RemoteContext) {
    const command = app.commands.get(target.name)!
    const outgoing = outgoingOf(command)
    const streamed = app.stream(command, jsonAndFiles(input), optionsOf(ctx))
    for await (const item of streamed) {
      yield taken(target.item(jsonAndFiles(outgoing ? outgoing.item(item) : item)))
    }
    return ended(target, (await streamed.outcome) as Outcome<unknown, AnyFailure>)
  }

  function ended(target: RemoteTarget, outcome: Outcome<unknown, AnyFailure>): unknown {
    const told = outgoingOutcome(outgoingOf(app.commands.get(target.name)!), outcome)
    if (told.ok) return taken(target.value(told.value === undefined ? undefined : jsonAndFiles(told.value)))
    const errors = told.errors.map((error) => failureJson(error))
    throw new FailedCall(failuresFrom(target.errors, JSON.parse(JSON.stringify(errors)))!)
  }

  function optionsOf(ctx: RemoteContext) {
    return {
      as,
      from: 'json',
      surface: 'remote',
      // Nothing of this app's surroundings is known here, and its own tenant goes on.
      tenant: tenantOf({ tenant, around: { config: undefined, environment: {}, hasTenants: true } }, ctx),
      idempotencyKey: ctx.outgoingKey,
      deadline: ctx.deadline,
      signal: ctx.signal,
      traceId: ctx.traceId,
      onProgress: ctx.progress.bind(ctx),
    } as const
  }
}

function taken(outcome: Outcome<unknown, AnyFailure>): unknown {
  if (outcome.ok) return outcome.value
  throw new FailedCall(outcome.errors)
}
