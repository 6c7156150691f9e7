import type { Suite } from '../../harness/types.ts'
import { buildProject } from './project.ts'

/**
 * CPU time until a service with one validated POST is ready, user and system: built JavaScript, each as its users start
 * it. Ours checks its input and has its OpenAPI document, its metrics and a warm compile cache
 * (the warm-up of each round fills it); Nest checks its input and has its OpenAPI document too.
 */
export const suite: Suite = {
  name: 'start',
  groups: [
    {
      name: 'ready',
      prepare: buildProject,
      inputs: [{ name: 'Ada' }],
      expected: () => ({ greeting: 'Hello, Ada' }),
      contenders: {
        heddle: { file: './heddle.ts', operations: 8 },
        raw: { file: './raw.ts', operations: 8 },
        nest: { file: './nest.ts', operations: 8 },
        bare: { file: './nest-bare.ts', operations: 8 },
      },
    },
  ],
  cases: [
    { name: 'ready-vs-raw', group: 'ready', ours: 'heddle', peer: 'raw', minimum: 0.45 },
    { name: 'ready-vs-nest', group: 'ready', ours: 'heddle', peer: 'nest', minimum: 3.5 },
    // For comparison: Nest without a check of its input and without a document.
    { name: 'ready-vs-nest-bare', group: 'ready', ours: 'heddle', peer: 'bare', minimum: 1 },
  ],
}
