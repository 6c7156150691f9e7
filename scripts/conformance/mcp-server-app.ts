import { app, command, file, fileFrom } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { http } from '@heddle/serve'
import { mcp, prompt } from '@heddle/serve/mcp'
import { z } from 'zod'

/**
 * What the public suite of the Model Context Protocol expects of the server that it tries: tools, resources and prompts with certain
 * names and answers, as far as an app has such.
 */
const nothing = z.object({})
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const sound = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='

const simpleText = command('test.SimpleText', {
  input: nothing,
  output: z.string(),
  access: 'public',
  run: () => 'This is a simple text response for testing.',
})

const imageContent = command('test.ImageContent', {
  input: nothing,
  output: file(),
  access: 'public',
  run: () => fileFrom(Buffer.from(picture, 'base64'), { type: 'image/png', name: 'dot.png' }),
})

const audioContent = command('test.AudioContent', {
  input: nothing,
  output: file(),
  access: 'public',
  run: () => fileFrom(Buffer.from(sound, 'base64'), { type: 'audio/wav', name: 'click.wav' }),
})

const embeddedResource = command('test.EmbeddedResource', {
  input: nothing,
  output: file(),
  access: 'public',
  run: () =>
    fileFrom(Buffer.from('This is an embedded resource content.'), { type: 'text/plain', name: 'embedded.txt' }),
})

const toolWithLogging = command('test.ToolWithLogging', {
  input: nothing,
  output: z.string(),
  access: 'public',
  async run({ ctx }) {
    for (const message of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      ctx.log('info', message)
      await ctx.sleep(50)
    }
    return 'logged'
  },
})

const errorHandling = command('test.ErrorHandling', {
  input: nothing,
  output: z.string(),
  errors: { Intended: z.object({}) },
  access: 'public',
  run: ({ fail }) => fail.Intended({}),
})

const toolWithProgress = command('test.ToolWithProgress', {
  input: nothing,
  output: z.string(),
  access: 'public',
  async run({ ctx }) {
    for (const done of [0, 50, 100]) {
      ctx.progress({ done, total: 100 })
      await ctx.sleep(50)
    }
    return 'done'
  },
})

const elicitation = command('test.Elicitation', {
  input: z.object({ message: z.string(), username: z.string(), email: z.email() }),
  output: z.string(),
  access: 'public',
  run: ({ input: { username } }) => `asked ${username}`,
})

const elicitationDefaults = command('test.ElicitationDefaults', {
  input: z.object({
    topic: z.string(),
    name: z.string().default('John Doe'),
    age: z.int().default(30),
    score: z.number().default(95.5),
    status: z.enum(['active', 'inactive', 'pending']).default('active'),
    verified: z.boolean().default(true),
  }),
  output: z.string(),
  access: 'public',
  run: ({ input: { name } }) => `asked ${name}`,
})

const reconnection = command('test.Reconnection', {
  input: nothing,
  output: z.string(),
  access: 'public',
  async run({ ctx }) {
    await ctx.sleep(200)
    return 'still here'
  },
})

const template = command('test.Template', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), templateTest: z.boolean(), data: z.string() }),
  access: 'public',
  run: ({ input: { id } }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }),
})

const staticBinary = command('test.StaticBinary', {
  kind: 'query',
  input: nothing,
  output: file(),
  access: 'public',
  run: () => fileFrom(Buffer.from(picture, 'base64'), { type: 'image/png', name: 'dot.png' }),
})

const watched = command('test.Watched', {
  kind: 'query',
  input: nothing,
  output: z.object({ at: z.string() }),
  access: 'public',
  run: () => ({ at: 'now' }),
})

const Address = z.object({ street: z.string().optional(), city: z.string().optional() }).meta({ id: 'address' })

const jsonSchemaTool = command('test.JsonSchemaTool', {
  input: z.object({ name: z.string().optional(), address: Address.optional() }),
  output: z.string(),
  access: 'public',
  run: () => 'told',
})

const simplePrompt = prompt('test.SimplePrompt', {
  input: nothing,
  access: 'public',
  messages: () => 'This is a simple prompt for testing.',
})

const promptWithArguments = prompt('test.PromptWithArguments', {
  input: z.object({ arg1: z.string(), arg2: z.string() }),
  access: 'public',
  messages: ({ input: { arg1, arg2 } }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
})

const promptWithImage = prompt('test.PromptWithImage', {
  input: nothing,
  access: 'public',
  messages: () => [{ role: 'user', file: { type: 'image/png', base64: picture } }, 'Please analyze the image above.'],
})

const promptWithResource = prompt('test.PromptWithResource', {
  input: z.object({ resourceUri: z.string() }),
  access: 'public',
  messages: ({ input: { resourceUri: uri } }) => [
    { role: 'user', resource: { uri, type: 'text/plain', text: 'Embedded resource content for testing.' } },
    'Please process the embedded resource above.',
  ],
})

/** Where it listens is told when it starts. */
export const surface = http({
  port: 0,
  // What is logged is told to operators alone.
  authenticate: () => ({ id: 'suite', permissions: ['heddle:operate'] }),
  mounts: [
    mcp({
      documents: {
        'static-text': { text: 'This is the content of the static text resource.', mediaType: 'text/plain' },
      },
    }),
  ],
})

export default app('conformance', {
  database: sqlite(),
  parts: [
    simpleText,
    imageContent,
    audioContent,
    embeddedResource,
    toolWithLogging,
    errorHandling,
    toolWithProgress,
    elicitation,
    elicitationDefaults,
    reconnection,
    template,
    staticBinary,
    watched,
    jsonSchemaTool,
    simplePrompt,
    promptWithArguments,
    promptWithImage,
    promptWithResource,
    surface,
  ],
})
