import { DatabaseSync, StatementSync } from 'node:sqlite'
import { isMainThread } from 'node:worker_threads'

// Loaded into a child process of a test before anything else: kills it at its n-th statement that writes.
let left = Number(process.env['KILL_AT_STATEMENT'] ?? 0)

function count() {
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
}

function countCalls(prototype: object, method: 'run' | 'exec') {
  const original = Reflect.get(prototype, method) as () => unknown
  const counted = function (this: unknown, ...parameters: unknown[]): unknown {
    count()
    return Reflect.apply(original, this, parameters)
  }
  Object.defineProperty(prototype, method, { value: counted })
}

if (!isMainThread && left > 0) {
  countCalls(StatementSync.prototype, 'run')
  countCalls(DatabaseSync.prototype, 'exec')
}
