import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Check, fail, ok, warn } from './finding.ts'

/** Whether the port that the app would listen on is free. */
export const checkPort: Check = async ({ environment }) => {
  const port = Number(environment.PORT ?? 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return fail('port', `PORT is "${environment.PORT}"`, 'Set PORT to a number from 0 to 65535.')
  }
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return ok('port', port === 0 ? 'any free one' : `${port} is free`)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`
    return warn('port', `${port} ${why}`, 'Fine if it is this app that runs; else stop the other program or set PORT.')
  } finally {
    server.close()
  }
}
