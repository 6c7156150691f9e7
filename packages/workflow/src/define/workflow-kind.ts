import type { Part, PartKind } from '@heddle/core'
import { compareWorkflows } from '../change/compare-workflows.ts'
import type { AnyWorkflow } from './types.ts'

/** How workflows are compared: by what senders know, and by what becomes of open runs. */
export const workflowKind: PartKind = { name: 'workflow', compare: compareWorkflows }

/** Whether a part is a workflow. */
export const isWorkflow = (part: Part): part is AnyWorkflow => part.kind === workflowKind
