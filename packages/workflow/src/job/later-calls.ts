import { Defect, type Port } from '@heddle/core'
import { dataUnit } from '@heddle/data'
import type { RunHandle } from '../define/types.ts'
import { engineOf } from '../engine/engines.ts'
import { type Callable, type LaterOptions, startLater } from './later.ts'

/** Calls a command later with the field `input` of the call that uses it, as that was given. */
export interface LaterCalls {
  call(target: Callable, options: LaterOptions): Promise<RunHandle>
}

/** The port of commands that call another one later: a job checks its input itself, so it wants it as it came. */
export const LaterCalls: Port<LaterCalls> = {
  kind: 'port',
  name: 'heddle.LaterCalls',
  external: false,
  keepsAsked: true,
  failures: ['KeyReused', 'LimitReached'],
  bind(scope) {
    const unit = dataUnit(scope, 'heddle.LaterCalls')
    const engine = engineOf(unit.catalog)
    if (!engine) throw new Defect('MissingPart', { name: 'heddle.LaterCalls', missing: 'the part runs()' })
    return {
      async call(target, options) {
        const { input = {} } = scope.asked as { readonly input?: unknown }
        const [handle] = await startLater(engine, scope, unit, target, [input], { ...options, asked: scope.command })
        return handle!
      },
    }
  },
}
