import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Plugin } from 'rolldown'

const workerFile = /new URL\(\s*(['"])(\.[^'"]+\.[jt]s)\1,\s*import\.meta\.url\s*\)/g

/** Files that threads are started with become entries of their own, and are found where they come to lie. */
export const workerFiles = (): Plugin => ({
  name: 'heddle-worker-files',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return undefined
    const written = code.replace(workerFile, (text, _quote: string, path: string) => {
      const file = resolve(dirname(id), path)
      if (!existsSync(file)) return text
      const reference = this.emitFile({ type: 'chunk', id: file })
      return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`
    })
    return written === code ? undefined : { code: written }
  },
})
