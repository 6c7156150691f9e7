import { type Check, fail, ok } from './finding.ts'

const oldest = 24

/** Whether this Node is new enough. */
export const checkNode: Check = () =>
  Number(process.versions.node.split('.')[0]) < oldest
    ? fail('node', process.version, `Use Node ${oldest} or newer, e.g. by the npm package node.`)
    : ok('node', process.version)
