// needs: prometheus
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'

test("Prometheus' own checker takes what /metrics says", async () => {
  await using served = await serve()
  const odd = served.app.ports.telemetry.metrics!.counter('odd_total', 'Odd \\ "help"\nin two lines.', 'label')
  odd.of('a "quoted"\nlabel \\ ünd').add(3)
  await served.post('/shop/Greet', { name: 'Bo' })
  await served.post('/shop/Greet', { name: '' })
  const { body } = await served.ask('/metrics')
  const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], {
    input: body as string,
    encoding: 'utf8',
  })
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
})
