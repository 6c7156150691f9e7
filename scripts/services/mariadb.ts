// A real MariaDB server for the tests that need one; the Debian package mariadb-server brings the programs.
import mysql from 'mysql2/promise'
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type LocalServer, localServer } from './local-server.ts'

/** A server of one's own, which can be stopped and started again on the same port with what it held. */
export interface MariadbServer extends LocalServer {
  /** The address of an empty database. */
  readonly url: string
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** Makes a server and starts it. */
export async function startMariadb(): Promise<MariadbServer> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-mariadb-'))
  const port = await freePort()
  const url = `mysql://heddle:heddle@127.0.0.1:${port}/test`
  // As root it refuses to run, so it runs as the user that its package made.
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'mysql'], { encoding: 'utf8' }))
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  const setup = join(folder, 'setup.sql')
  await writeFile(
    setup,
    `CREATE DATABASE IF NOT EXISTS test;
CREATE USER IF NOT EXISTS heddle@'127.0.0.1' IDENTIFIED BY 'heddle';
GRANT ALL ON *.* TO heddle@'127.0.0.1';
`,
  )
  await chmod(setup, 0o644)
  if ('uid' in user) execFileSync('chown', [`${user.uid}:${user.gid}`, folder])
  const data = join(folder, 'data')
  const shared = ['--no-defaults', `--datadir=${data}`]
  execFileSync('mariadb-install-db', [...shared, '--skip-test-db'], { ...user, stdio: 'ignore' })
  const server = localServer({
    program: 'mariadbd',
    args: [
      ...shared,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${join(folder, 'socket')}`,
      `--init-file=${setup}`,
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=32M',
    ],
    answers: async () => (await mysql.createConnection(url)).end(),
    ...user,
  })
  await server.start()
  return {
    ...server,
    url,
    async remove() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
