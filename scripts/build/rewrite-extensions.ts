import { parseModule } from '../../test/tidy/module.ts'

/**
 * Turns the relative `.ts` specifiers that the compiler leaves alone into `.js`: workers and other files that are named
 * by `new URL('./worker.ts', import.meta.url)`, and the imports of type declarations.
 */
export function rewriteExtensions(file: string, text: string): string {
  const specifiers = parseModule(file, text)
    .imports.map(({ specifier }) => specifier)
    .filter((specifier) => /^\.{1,2}\/.*\.tsx?$/.test(specifier))
  let rewritten = text
  for (const specifier of new Set(specifiers)) {
    const target = specifier.replace(/\.tsx?$/, '.js')
    for (const quote of [`'`, `"`]) rewritten = rewritten.replaceAll(quote + specifier + quote, quote + target + quote)
  }
  return rewritten
}
