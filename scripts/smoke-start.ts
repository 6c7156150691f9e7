// Proves that `npm start` serves: waits for its ready line, asks /health, stops it as an operator would.
import { equal } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

const READY_WITHIN_MS = 180_000
const STOPPED_WITHIN_MS = 30_000
const root = join(import.meta.dirname, '..')

const port = await freePort()
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
// What npm runs, without npm in between: npm dies of the signal itself and would hide how the server ended.
const child = spawn('sh', ['-c', `exec ${scripts.start}`], {
  cwd: root,
  env: {
    ...process.env,
    PORT: String(port),
    PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const stopped = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>

try {
  const address = await ready()
  equal(address, `http://127.0.0.1:${port}`)
  const response = await fetch(`${address}/health`)
  equal(response.status, 200)
  console.log(`ready ${address}, /health answers ${await response.text()}`)

  child.kill('SIGTERM')
  const [code, signal] = await within(STOPPED_WITHIN_MS, 'npm start did not stop after SIGTERM', stopped)
  equal(code, 0, `npm start ended with ${code ?? signal} after SIGTERM`)
  console.log('stopped by SIGTERM with exit code 0')
} catch (cause) {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  throw cause
}

/** The address in the line `ready http://…`. */
async function ready(): Promise<string> {
  let output = ''
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk)
      const address = /^ready (http:\S+)/m.exec(output)?.[1]
      if (address !== undefined) resolve(address)
    })
    void stopped.then(([code]) => reject(new Error(`npm start ended with ${code} before it was ready:\n${output}`)))
  })
  return within(READY_WITHIN_MS, 'npm start printed no ready line', line)
}

async function within<T>(ms: number, message: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(message)), ms)))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
