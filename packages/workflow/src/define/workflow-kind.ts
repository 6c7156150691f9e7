import type { Part, PartKind } from '@heddle/core'
import type { AnyWorkflow } from './types.ts'

/** How workflows are compared: open runs decide, which are looked at in the database. */
export const workflowKind: PartKind = { name: 'workflow', compare: () => [] }

/** Whether a part is a workflow. */
export const isWorkflow = (part: Part): part is AnyWorkflow => part.kind === workflowKind
