import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { type LoadedPlan, loadPlan } from '@heddle/pipeline'
import type { Plugin } from 'rolldown'

const fileUrl = /new URL\(\s*(['"])(\.[^'"]+)\1,\s*import\.meta\.url\s*\)/g
const code = /\.[cm]?[jt]sx?$/
const plan = /\.(ya?ml|json)$/

/**
 * Files that code names beside itself, e.g. plans, come along under `files`, laid out as they are, because a plan names
 * the ones that it imports by where they lie.
 *
 * @param root the folder that the app and its files have in common
 */
export const assetFiles = (root: string): Plugin => ({
  name: 'heddle-asset-files',
  transform(text, id) {
    if (!text.includes('import.meta.url')) return undefined
    const written = text.replace(fileUrl, (whole, _quote: string, path: string) => {
      const file = resolve(dirname(id), path)
      if (code.test(path) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return whole
      const [reference] = withImports(file).map((one) =>
        this.emitFile({ type: 'asset', fileName: placeOf(root, one), source: readFileSync(one) }),
      )
      return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`
    })
    return written === text ? undefined : { code: written }
  },
})

const placeOf = (root: string, file: string) =>
  `files/${relative(root, file)
    .split(sep)
    .map((name) => (name === '..' ? '_' : name))
    .join('/')}`

/** A file, and those that it imports when it is a plan. */
function withImports(file: string): readonly string[] {
  const loaded = plan.test(file) ? loadPlan(file) : undefined
  if (!loaded?.ok) return [file]
  const files = ({ file: own, imported }: LoadedPlan): string[] => [own, ...imported.flatMap(files)]
  return [...new Set(files(loaded.loaded))]
}
