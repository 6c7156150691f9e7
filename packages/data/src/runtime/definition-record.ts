import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import type { Change } from '../migration/change.ts'

/** An entity that was defined while the app ran. */
export const DefinitionRecord = entity('heddle.Entity', {
  key: 'name',
  fields: { name: z.string(), definition: z.unknown(), at: z.date() },
})

/** The table of the definitions. */
export const definitionMigration: readonly Change[] = [
  {
    change: 'addTable',
    table: {
      name: 'heddle.Entity',
      key: 'name',
      columns: [
        { name: 'name', kind: 'text', nullable: false },
        { name: 'definition', kind: 'json', nullable: false },
        { name: 'at', kind: 'time', nullable: false },
      ],
      indexes: [],
    },
  },
]
