import { expect, test } from 'vitest'
import { needsOf, provide } from './needs.ts'

test('needs are read from the comment at the top of a test and from nowhere else', () => {
  expect(needsOf('// A test.\n// needs: strace, redis-server\n// needs: nginx\nimport x\n// needs: chromium')).toEqual([
    'strace',
    'redis-server',
    'nginx',
  ])
  expect(needsOf(`import x\nconst text = '// needs: nginx'`)).toEqual([])
})

test('a need that nobody knows how to install is missing and says so', () => {
  const { missing, installed } = provide(['teleporter'])
  expect(installed).toEqual([])
  expect(missing.get('teleporter')).toContain('does not know how to install it')
})
