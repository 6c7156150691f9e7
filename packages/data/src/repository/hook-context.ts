import { Defect, type NewDeadLetter, type Port, type PortScope, type ServiceOf } from '@heddle/core'
import { constraintBroken } from '../entity/checks.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { HookContext } from '../entity/hooks.ts'
import type { DataUnit } from '../unit/data-unit.ts'

/** What a hook is given. */
export function hookContext(entity: AnyEntity, scope: PortScope, unit: DataUnit): HookContext {
  return {
    command: scope.command,
    tenant: scope.tenant,
    now: new Date(scope.clock.now()),
    use<P extends Port>(port: P): ServiceOf<P> {
      if (!entity.uses.includes(port)) throw new Defect('UndeclaredUse', { command: entity.name, port: port.name })
      return port.bind!(lasting(scope, unit)) as ServiceOf<P>
    },
    refuse(constraint, field) {
      throw constraintBroken(entity.name, undefined, constraint, field)
    },
  }
}

/** The scope of a call for what runs when its body has ended, but its unit of work has not. */
export const lasting = (scope: PortScope, unit: DataUnit): PortScope =>
  scope instanceof LastingScope && scope.unit === unit ? scope : new LastingScope(scope, unit)

class LastingScope implements PortScope {
  readonly #scope: PortScope
  readonly unit: DataUnit

  constructor(scope: PortScope, unit: DataUnit) {
    this.#scope = scope
    this.unit = unit
  }

  get command() {
    return this.#scope.command
  }
  get tenant() {
    return this.#scope.tenant
  }
  get clock() {
    return this.#scope.clock
  }
  get random() {
    return this.#scope.random
  }
  get signal() {
    return this.#scope.signal
  }
  newId(): string {
    return this.#scope.newId()
  }
  afterCommit(run: () => void): void {
    this.#scope.afterCommit(run)
  }
  keepLetter(letter: NewDeadLetter): void {
    this.#scope.keepLetter(letter)
  }
}
