import { expect, test } from 'vitest'
import { loadLibrary } from './load-library.ts'

test('a library that is not installed is named, with what needs it and what to do', async () => {
  const name = 'a-library-that-nobody-has'
  const loading = loadLibrary('otlp()', name, () => import(/* @vite-ignore */ `${name}`))
  await expect(loading).rejects.toMatchObject({
    code: 'MissingLibrary',
    message: `otlp() needs the package ${name}, which is not installed.`,
    help: expect.stringContaining('npm install') as string,
  })
})

test('a library that breaks while it is loaded says so itself', async () => {
  const breaks = () => Promise.reject(new Error('no GPU'))
  await expect(loadLibrary('compute()', 'webgpu', breaks)).rejects.toThrow('no GPU')
})
