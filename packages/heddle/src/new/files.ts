import { version } from '../commands/version.ts'

/** The files of a new app, by path. Small on purpose: one entity, one command, one query, one test. */
export function newAppFiles(name: string): Readonly<Record<string, string>> {
  return {
    'package.json': `${JSON.stringify(packageJson(name), undefined, 2)}\n`,
    '.gitignore': 'node_modules/\n.heddle/\n',
    'tsconfig.json': `${JSON.stringify(tsconfig, undefined, 2)}\n`,
    'task.ts': task,
    'add-task.ts': addTask,
    'list-tasks.ts': listTasks,
    'app.ts': appFile(name),
    'app.test.ts': appTest,
    'README.md': readme(name),
  }
}

const packageJson = (name: string) => ({
  name,
  version: '0.1.0',
  private: true,
  type: 'module',
  scripts: { start: 'heddle start', dev: 'heddle dev', test: 'node --test', check: 'heddle check' },
  dependencies: { heddle: version, zod: '4.6.7' },
  // The package brings its own Node, so that the machine may have an older one.
  devDependencies: { '@types/node': '24.19.2', node: '24.21.0', typescript: '7.0.2' },
  engines: { node: '>=20' },
})

const tsconfig = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['**/*.ts'],
}

const task = `import { entity, repository } from 'heddle'
import { z } from 'zod'

export const Task = entity('tasks.Task', {
  key: 'id',
  fields: {
    id: z.uuid(),
    title: z.string().min(1).max(200),
    done: z.boolean().default(false),
  },
})

export const Tasks = repository(Task)
`

const addTask = `import { command } from 'heddle'
import { z } from 'zod'
import { Tasks } from './task.ts'

/** Adds a task to the list. */
export const addTask = command('tasks.AddTask', {
  summary: 'Add a task to the list',
  input: z.object({ title: z.string().trim().min(1).max(200) }),
  output: z.object({ id: z.uuid() }),
  access: 'public',
  uses: [Tasks],
  examples: [{ title: 'Weave a scarf' }],

  run({ input: { title }, ctx }) {
    const { id } = ctx.use(Tasks).insert({ title })
    return { id }
  },
})
`

const listTasks = `import { command } from 'heddle'
import { z } from 'zod'
import { Tasks } from './task.ts'

/** Lists tasks, a page at a time. */
export const listTasks = command('tasks.ListTasks', {
  kind: 'query',
  summary: 'List tasks, a page at a time',
  input: z.object({
    limit: z.int().min(1).max(100).default(20),
    after: z.string().optional().describe('next of the page before'),
  }),
  output: z.object({
    tasks: z.array(z.object({ id: z.uuid(), title: z.string(), done: z.boolean() })),
    next: z.string().optional(),
  }),
  access: 'public',
  uses: [Tasks],

  async run({ input: { limit, after }, ctx }) {
    const { records, next } = await ctx.use(Tasks).find({ limit, after })
    return { tasks: [...records], next }
  },
})
`

const appFile = (name: string) => `import { app, http, sqlite } from 'heddle'
import { addTask } from './add-task.ts'
import { listTasks } from './list-tasks.ts'

export default app('${name}', {
  database: sqlite(),
  parts: [addTask, listTasks, http()],
})
`

const appTest = `import assert from 'node:assert/strict'
import test from 'node:test'
import { testApp } from 'heddle/testing'
import { addTask } from './add-task.ts'
import app from './app.ts'
import { listTasks } from './list-tasks.ts'

test('a task that was added is listed', async () => {
  const tasks = await testApp(app)
  const { id } = await tasks.callOrThrow(addTask, { title: 'Weave a scarf' })
  const listed = await tasks.callOrThrow(listTasks, {})
  assert.deepEqual(listed.tasks, [{ id, title: 'Weave a scarf', done: false }])
  await tasks.close()
})

test('a task needs a title', async () => {
  const tasks = await testApp(app)
  const outcome = await tasks.call(addTask, { title: ' ' })
  assert.equal(outcome.ok, false)
  await tasks.close()
})
`

const readme = (name: string) => `# ${name}

\`\`\`sh
npm install
npm start                                   # http://127.0.0.1:3000
npx heddle call tasks.AddTask 'Weave a scarf'
npx heddle call tasks.ListTasks
npm test
\`\`\`

- \`app.ts\` states what exists; \`task.ts\` is the record, \`add-task.ts\` and \`list-tasks.ts\` are the commands.
- \`npm run dev\` starts the app again after each save.
- \`npm run check\` compares what is deployed with what is about to be.
- What has to survive the process is a \`workflow\`; steps that are data, in YAML, are a \`pipeline\`. Both are parts, too.
- Data lives in \`.heddle/\`.
`
