import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../app-file/find.ts'

/** The version of Heddle: that of the package in which this file lies, as source or built. */
export const version = ownVersion()

function ownVersion(): string {
  const file = join(projectFolder(import.meta.dirname), 'package.json')
  const { version: own } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return own
}
