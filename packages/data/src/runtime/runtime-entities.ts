import { type Access, command, Defect, type Part, type PartKind, type PortScope, uuidV7 } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity } from '../entity/entity.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { Definitions, definitionsPort } from './definitions.ts'
import { entityData } from './entity-data.ts'
import { recordCommands } from './record-commands.ts'

/** Who may do what with entities that are defined at run time. */
export interface RuntimeEntityOptions {
  /** Who may define entities. */
  readonly define: Access
  /** Who may read and write their records. */
  readonly access: Access
  /** Entities of the app to which definitions may refer. @default none */
  readonly refersTo?: readonly AnyEntity[]
}

const kind: PartKind = { name: 'runtime-entities', compare: () => [] }

/**
 * Commands to define entities while the app runs, and to work with their records, on every surface: for apps whose users
 * make up their own record types.
 *
 * @param domain the domain of the commands and of the entities
 * @example app('crm', { parts: [runtimeEntities('crm', { define: 'crm:design', access: 'crm:use' })], database: sqlite() })
 */
export function runtimeEntities(domain: string, { define, access, refersTo = [] }: RuntimeEntityOptions) {
  const definitions = definitionsPort(refersTo)
  const uses = [definitions] as const
  const part: Part = {
    kind,
    name: domain,
    parts: refersTo,
    describe: () => ({ domain }),
    /** What was defined before takes part in references from the first call on. */
    async open({ ports }) {
      const { transactions, clock, random } = ports
      if (!(transactions instanceof DataTransactions)) return
      const unit = transactions.begin({ mode: 'command', tenant: 'main' })
      const signal = new AbortController().signal
      const newId = () => uuidV7(clock, random)
      const scope: PortScope = {
        command: `${domain}.Open`,
        tenant: 'main',
        clock,
        random,
        signal,
        unit,
        newId,
        afterCommit() {},
        keepLetter() {},
      }
      await new Definitions(scope, refersTo).adoptAll()
      unit.rollback()
    },
  }

  return {
    part,

    defineEntity: command(`${domain}.DefineEntity`, {
      summary: 'Define an entity or change its definition; its table is made at once',
      input: z.object({ entity: entityData }),
      output: z.object({ changes: z.array(z.string()) }),
      errors: {
        InvalidEntity: z.object({ reason: z.string() }),
        NeedsMigration: z.object({ changes: z.array(z.string()) }),
      },
      idempotent: true,
      access: define,
      uses,
      async run({ input: { entity }, ctx, fail }) {
        if (!entity.name.startsWith(`${domain}.`))
          return fail.InvalidEntity({ reason: `the name must begin with "${domain}."` })
        try {
          const defined = await ctx.use(definitions).define(entity, ctx.clock)
          if ('refused' in defined) return fail.NeedsMigration({ changes: [...defined.refused] })
          return { changes: [...defined.changes] }
        } catch (error) {
          if (!(error instanceof Defect && error.code === 'InvalidDefinition')) throw error
          return fail.InvalidEntity({ reason: error.message })
        }
      },
    }),

    listEntities: command(`${domain}.ListEntities`, {
      kind: 'query',
      summary: 'The entities that were defined',
      input: z.object({}),
      output: z.array(entityData),
      access,
      uses,
      run: async ({ ctx }) => [...(await ctx.use(definitions).list())],
    }),

    ...recordCommands(domain, access, definitions),
  }
}
