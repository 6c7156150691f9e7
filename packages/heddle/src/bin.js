#!/usr/bin/env node
// Plain JavaScript that any Node can read: one that is too old is told so in a sentence, and not by a syntax error.
const oldest = 24

if (Number(process.versions.node.split('.')[0]) < oldest) {
  const code = 'OldNode'
  const message = `${code}: Heddle needs Node ${oldest} or newer; this is v${process.versions.node}.`
  process.stderr.write(`${message}\n  Use \`npx heddle\` in a project that has the package \`node\`.\n`)
  process.exitCode = 78
} else {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { runProcess } = await import('./run-process.ts')
  await runProcess(process.argv[1])
}
