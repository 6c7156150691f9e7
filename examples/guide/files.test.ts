import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import declared, { addPhoto, showPhoto } from './files.ts'

test('a photo is kept with its record, and comes back as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
  const gallery = await declared.open({ folder })
  const photo = new File(['a cat'], 'cat.png', { type: 'image/png' })
  const { id, sizeBytes } = await gallery.callOrThrow(addPhoto, { title: 'Cat', photo })
  expect(sizeBytes).toBe(5)
  const shown = await gallery.callOrThrow(showPhoto, { id })
  expect(shown).toMatchObject({ name: 'cat.png', type: 'image/png', sizeBytes: 5 })
  expect(await shown.text()).toBe('a cat')
  const text = new Blob(['no picture'], { type: 'text/plain' })
  expect(await gallery.call(addPhoto, { title: 'Text', photo: text })).toMatchObject({
    errors: [{ code: 'InvalidValue', path: ['photo'] }],
  })
  await gallery.close()
  rmSync(folder, { recursive: true })
})
