import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The commit that is checked out here, read from git's own files: the program git need not be there. */
export function gitCommit(folder: string): string | undefined {
  const git = gitFolder(folder)
  if (git === undefined) return undefined
  const head = read(join(git, 'HEAD'))
  if (!head?.startsWith('ref: ')) return head
  const name = head.slice('ref: '.length)
  // A worktree keeps its own HEAD, but shares the branches with the main one.
  const common = read(join(git, 'commondir'))
  const shared = common === undefined ? git : resolve(git, common)
  return read(join(shared, name)) ?? packed(read(join(shared, 'packed-refs')) ?? '', name)
}

function gitFolder(folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const git = join(current, '.git')
    if (existsSync(git)) {
      if (statSync(git).isDirectory()) return git
      const target = /^gitdir: (.+)$/.exec(read(git) ?? '')?.[1]
      return target === undefined ? undefined : resolve(current, target)
    }
    if (dirname(current) === current) return undefined
  }
}

function packed(refs: string, name: string): string | undefined {
  for (const line of refs.split('\n')) if (line.endsWith(` ${name}`)) return line.slice(0, line.indexOf(' '))
  return undefined
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
