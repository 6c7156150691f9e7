import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Tells the parent process which files of the app are loaded, so that it can watch exactly those. Also an import that
 * fails is told: its file may appear later.
 */
export function reportImports(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (thrown) {
        if (specifier.startsWith('.') && context.parentURL) report(new URL(specifier, context.parentURL).href)
        throw thrown
      }
    },
    load(url, context, next) {
      report(url)
      return next(url, context)
    },
  })
}

function report(url: string): void {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return
  process.send?.({ watch: fileURLToPath(url.split('?')[0]!) })
}
