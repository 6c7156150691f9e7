import type { AnyCommand, AnyEvent, Call, Emit } from '@heddle/core'
import type { World } from './frame.ts'

/** The world of a pipeline that is a command: its steps are subcommands of the one call. */
export class CommandWorld implements World {
  readonly #call: Call<AnyCommand>
  readonly #emit: Emit<AnyEvent>

  constructor(call: Call<AnyCommand>, emit: Emit<AnyEvent>) {
    this.#call = call
    this.#emit = emit
  }

  call(_step: string, command: AnyCommand, input: unknown) {
    return this.#call.maybe(command, input as never)
  }
  try(_step: string, command: AnyCommand, input: unknown) {
    return this.#call.try(command, input as never) as ReturnType<World['try']>
  }
  emit(_step: string, event: AnyEvent, data: unknown): void {
    this.#emit(event, data as never)
  }
}
