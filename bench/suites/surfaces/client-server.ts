// The server of the clients, in a process of its own: what it costs is not what is measured.
import { app } from '@heddle/core'
import { http } from '@heddle/serve'
import { getTotal } from '../commands/heddle.ts'

const surface = http({ port: 0 })
const bench = await app('bench', { parts: [getTotal, surface] }).open({ mode: 'production' })
await bench.start()
process.send!({ url: surface.url, manifest: bench.manifest })
process.once('disconnect', () => void bench.close())
