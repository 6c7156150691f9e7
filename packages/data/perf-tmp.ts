import { app, command } from '@heddle/core'
import { rmSync, mkdirSync } from 'node:fs'
import { z } from 'zod'
import { entity, repository, sqlite } from './src/index.ts'
const Row = entity('b.Row', { key: 'id', fields: { id: z.string(), name: z.string(), qty: z.int(), price: z.number(), active: z.boolean() } })
const Rows = repository(Row)
const add = command('b.AddRow', { input: z.object({ id: z.string().min(1).max(64), name: z.string().min(1).max(100), qty: z.int().min(1).max(1000), price: z.number().min(0), active: z.boolean() }), output: z.object({ id: z.string() }), uses: [Rows], run({ input, ctx }) { return { id: ctx.use(Rows).insert(input).id } } })
rmSync('/dev/shm/heddle-perf', { recursive: true, force: true }); mkdirSync('/dev/shm/heddle-perf')
const b = await app('b', { parts: [add], database: sqlite({ file: '/dev/shm/heddle-perf/app.db' }) }).open({ folder: '/dev/shm/heddle-perf', mode: 'development' })
let k = 0; const id = () => '0190b1c2-0000-7000-8000-' + String(k++).padStart(12, '0')
let left = 0
async function lane() { while (left-- > 0) { const o = await b.call(add, { id: id(), name: 'some name', qty: 3, price: 1.5, active: true }); if (!o.ok) throw new Error(JSON.stringify(o.errors)) } }
for (let r = 0; r < 4; r++) { const N = 100000; left = N; const c0 = process.cpuUsage(), t0 = process.threadCpuUsage(); await Promise.all(Array.from({ length: 64 }, lane)); const c = process.cpuUsage(c0), t = process.threadCpuUsage(t0); console.log(((c.user + c.system) / N).toFixed(2), 'us/op; main thread', ((t.user + t.system) / N).toFixed(2)) }
await b.close()
