import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a server or tool that a test needs gets onto the machine. */
export interface Installable {
  /** A program that is there once it is installed. */
  readonly program: string
  /** Where the program may lie besides the PATH. */
  readonly folders?: readonly string[]
  /** The Debian package that brings it. */
  readonly debian?: string
  /** A package of PyPI that brings it, into an environment of its own. */
  readonly pypi?: string
}

/** Where packages of PyPI are installed: a folder that `npm ci` clears. */
export const pythonFolder = fileURLToPath(new URL('../../node_modules/.cache/heddle-python', import.meta.url))

/** What tests may ask for in a `// needs: …` line. Servers that come with an npm package need no entry here. */
export const INSTALLABLE: Readonly<Record<string, Installable>> = {
  strace: { program: 'strace', debian: 'strace' },
  'redis-server': { program: 'redis-server', debian: 'redis-server' },
  rabbitmq: { program: 'rabbitmq-server', folders: ['/usr/sbin'], debian: 'rabbitmq-server' },
  mosquitto: { program: 'mosquitto', folders: ['/usr/sbin'], debian: 'mosquitto' },
  mariadb: { program: 'mariadbd', folders: ['/usr/sbin'], debian: 'mariadb-server' },
  etcd: { program: 'etcd', debian: 'etcd-server' },
  nginx: { program: 'nginx', folders: ['/usr/sbin'], debian: 'nginx-light' },
  prometheus: { program: 'prometheus', debian: 'prometheus' },
  chromium: { program: 'chromium', debian: 'chromium' },
  kosoku: { program: 'kosoku', folders: [`${pythonFolder}/bin`], debian: 'python3-venv', pypi: 'kosoku==0.1.0' },
}

/** The needs that a test states in its first lines: `// needs: strace, redis-server`. */
export function needsOf(text: string): string[] {
  const needs: string[] = []
  for (const line of text.split('\n')) {
    // Only the comment at the top counts: a test may well hold such a line in a string.
    if (line.trim() !== '' && !line.startsWith('//')) break
    const [, list] = /^\/\/\s*needs:\s*(.+)$/.exec(line) ?? []
    if (list !== undefined) needs.push(...list.split(',').map((need) => need.trim()))
  }
  return needs.filter((need) => need !== '')
}

/** What came of asking for the needs of all tests. */
export interface Provided {
  /** Need → why it is not there. */
  readonly missing: ReadonlyMap<string, string>
  readonly installed: readonly string[]
}

/** Looks for what is needed, and installs through apt-get what is not there where that is possible. */
export function provide(needs: readonly string[]): Provided {
  const absent = needs.filter((need) => !isThere(need))
  const packages = absent.flatMap((need) => INSTALLABLE[need]?.debian ?? [])
  const modules = absent.flatMap((need) => INSTALLABLE[need]?.pypi ?? [])
  const refused = packages.length > 0 ? install(packages, modules) : undefined
  const missing = new Map<string, string>()
  for (const need of absent) {
    const known = INSTALLABLE[need]
    if (known === undefined) missing.set(need, 'scripts/services/needs.ts does not know how to install it')
    else if (!isThere(need))
      missing.set(need, refused ?? `${known.debian ?? need} was installed and brought no ${known.program}`)
  }
  return { missing, installed: absent.filter((need) => !missing.has(need)) }
}

function isThere(need: string): boolean {
  const known = INSTALLABLE[need]
  if (known === undefined) return false
  const path = [process.env.PATH, ...(known.folders ?? [])].join(':')
  return spawnSync('sh', ['-c', 'command -v "$0"', known.program], { env: { ...process.env, PATH: path } }).status === 0
}

/** Installs Debian packages, then those of PyPI. Gives back why that is not possible. */
function install(packages: readonly string[], modules: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return `run as root: apt-get install ${packages.join(' ')}`
  if (spawnSync('sh', ['-c', 'command -v apt-get']).status !== 0) return 'this machine has no apt-get'
  // Servers must not start by themselves: each test starts its own, on its own port and folder.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const run = (...args: string[]): void =>
    void execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    run('update', '-qq')
    run('install', '-qq', '-y', '--no-install-recommends', ...packages)
    if (modules.length === 0) return undefined
    execFileSync('python3', ['-m', 'venv', pythonFolder], { stdio: ['ignore', 'ignore', 'inherit'] })
    execFileSync(`${pythonFolder}/bin/pip`, ['install', '-q', ...modules], { stdio: ['ignore', 'ignore', 'inherit'] })
    return undefined
  } catch (cause) {
    return `installing failed: ${(cause as Error).message.split('\n')[0]}`
  }
}
