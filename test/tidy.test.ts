import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkAny } from './tidy/any.ts'
import { checkCapabilities } from './tidy/capabilities.ts'
import { checkDeadFiles } from './tidy/dead-files.ts'
import { checkDependencies } from './tidy/dependencies.ts'
import { checkDocBlocks } from './tidy/doc-blocks.ts'
import { checkDocComments } from './tidy/doc-comments.ts'
import { checkErrorCodes } from './tidy/error-codes.ts'
import { checkExports } from './tidy/exports.ts'
import { checkLayers } from './tidy/layers.ts'
import { checkLength } from './tidy/length.ts'
import { checkLinks } from './tidy/links.ts'
import { checkPorts } from './tidy/ports.ts'
import { report, treeOfFolder } from './tidy/tree.ts'
import type { Check } from './tidy/tree.ts'

// The rules of the house. Each is a pure function of the tree in test/tidy/, tried there on planted violations.
const rules: readonly (readonly [string, Check])[] = [
  ['imports only go down the layers, through entry points', checkLayers],
  ['each package declares what it imports, and imports what it declares', checkDependencies],
  ['no source file is too long', checkLength()],
  ['no source file is dead', checkDeadFiles],
  ['package.json exports equal the tree, and index files only export', checkExports],
  ['every error code is documented and raised', checkErrorCodes],
  ['nobody writes the type any', checkAny()],
  ['every public export has a doc comment', checkDocComments],
  ['time, randomness and timers come from the ports', checkPorts()],
  ['what the documentation shows is what the tests run', checkDocBlocks],
  ['every link of the documentation is alive', checkLinks],
  ['every capability is listed with its state, guide and test', checkCapabilities],
]

const repository = treeOfFolder(fileURLToPath(new URL('..', import.meta.url)))

test.each(rules)('%s', (_rule, check) => {
  expect(report(check(repository))).toBe('')
})
