import '@nestjs/core'
import { join } from 'node:path'
import { starting } from './starting.ts'

export const contender = starting(join(import.meta.dirname, 'nest-app.js'), '/hello/Greet', false)
