import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const tsc = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')

/** The strictest options that users have. */
export const strictest = {
  target: 'es2022',
  strict: true,
  noEmit: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
}

/** For what a bundler makes a page of. */
export const forPages = { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [] }

/** What the compiler complains about in a folder; nothing where all is well. It leaves its `tsconfig.json` there. */
export function complaintsAbout(folder: string, compilerOptions: Readonly<Record<string, unknown>>): string {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  try {
    return execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  } catch (thrown) {
    return (thrown as { readonly stdout: string }).stdout
  }
}
