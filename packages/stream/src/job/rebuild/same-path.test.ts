import { expect, test } from 'vitest'
import { pathFrom, plainPath, samePath } from './same-path.ts'

test.each(['./a', 'a/', 'a//', 'a/../a', 'b/.././a', './/a'])('the path %s is the path a', (path) => {
  expect(plainPath(path)).toBe('a')
  expect(samePath(path, 'a', undefined)).toBe(true)
  expect(samePath('a', path, '/srv/app')).toBe(true)
})

test('a path from the root is the same as one from where the app is, where that is known', () => {
  expect(samePath('/srv/app/a', 'a', '/srv/app')).toBe(true)
  expect(samePath('/srv/a', '../a', '/srv/app')).toBe(true)
  expect(samePath('/a', 'a', undefined)).toBe(false)
  expect(samePath('/a', 'a', '/srv/app')).toBe(false)
})

test('paths to other places are others', () => {
  expect(samePath('a', 'b', undefined)).toBe(false)
  expect(samePath('../a', 'a', undefined)).toBe(false)
  expect(samePath('../a', 'a', '/srv/app')).toBe(false)
  expect(plainPath('/')).toBe('/')
})

test('a path into the folder of an app is kept as one from there, and goes with it', () => {
  expect(pathFrom('/srv/one', '/srv/one/in/a')).toBe('in/a')
  expect(pathFrom('/srv/one', './in/../a/')).toBe('a')
  expect(pathFrom('/srv/one', '/srv/other/a')).toBe('/srv/other/a')
  expect(pathFrom('/srv/one', '../a')).toBe('../a')
  expect(samePath(pathFrom('/srv/one', '/srv/one/a'), '/srv/two/a', '/srv/two')).toBe(true)
})
