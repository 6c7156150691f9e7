import { join } from 'node:path'
import { project } from './project.ts'
import { starting } from './starting.ts'

export const contender = starting(join(project, 'dist/start.js'), '/hello/Greet', true)
