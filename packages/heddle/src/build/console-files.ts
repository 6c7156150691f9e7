import { builtPageFolder, pageSources } from '@heddle/serve/console'
import type { Plugin } from 'rolldown'

const consoleEntry = /\/serve\/(?:src\/|dist\/)?console\/index\.[jt]s$/

/** What the console serves comes along with an app that mounts it: browsers load it, so no import leads there. */
export const consoleFiles = (): Plugin => ({
  name: 'heddle-console-files',
  transform(_code, id) {
    if (!consoleEntry.test(id.replaceAll('\\', '/'))) return
    for (const [path, source] of Object.entries(pageSources()))
      this.emitFile({ type: 'asset', fileName: `${builtPageFolder}/${path}`, source })
  },
})
