import { app, command, file, fileFrom, stream } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { shop } from '../../test/shop.ts'
import { connect, ways } from '../../test/mcp-clients.ts'
import { callMeta } from './call-meta.ts'

const ada = { id: 'ada', permissions: ['shop:order'] }

const whole = z.object({ ok: z.boolean() })
const odd = {
  shout: command('odd.Shout', {
    access: 'public',
    input: z.string(),
    output: z.string(),
    run: ({ input }) => input.toUpperCase(),
  }),
  forget: command('odd.Forget', { access: 'public', input: z.object({}), output: z.void(), run: () => undefined }),
  upload: command('odd.Upload', {
    access: 'public',
    input: z.object({ name: z.string(), picture: file({ types: ['image/png'] }) }),
    output: z.object({ bytes: z.int(), type: z.string() }),
    run: async ({ input: { picture } }) => ({ bytes: (await picture.bytes()).byteLength, type: picture.type }),
  }),
  report: command('odd.Report', {
    access: 'public',
    input: z.object({ type: z.string(), size: z.int().default(3) }),
    output: file(),
    run: ({ input: { type, size } }) => fileFrom(Buffer.alloc(size, 'a'), { type, name: 'a b.txt' }),
  }),
  endless: command('odd.Endless', {
    access: 'public',
    input: z.object({}),
    output: stream(whole, z.void()),
    async *run() {
      for (;;) yield { ok: true }
    },
  }),
}
const oddApp = (...parts: Parameters<typeof shop>) => app('odd', { parts: [odd, ...parts] })

test.each(ways)('%s: tools are the commands that the caller may call, with what is stated of them', async (way) => {
  const { client, close } = await connect(way, shop, { as: ada })
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual([
    'shop_BreakDown',
    'shop_Count',
    'shop_FindItems',
    'shop_Greet',
    'shop_Order',
    'shop_Sum',
    'shop_Wait',
  ])
  expect(tools.find(({ name }) => name === 'shop_Order')).toEqual({
    name: 'shop_Order',
    title: 'Order',
    description:
      'Orders an item\n\nTakes it from the stock.\nThere are never more than 10.\n\n' +
      'It may fail with:\n- OutOfStock: Out of stock.',
    inputSchema: expect.objectContaining({ type: 'object', required: ['item', 'quantity'] }),
    outputSchema: expect.objectContaining({ type: 'object', required: ['item', 'left'] }),
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
    _meta: { 'heddle/command': 'shop.Order' },
  })
  // A format that validators do not know would be told of on each call, or refused.
  const sum = tools.find(({ name }) => name === 'shop_Sum')
  expect(sum?.outputSchema?.properties).toMatchObject({ total: { type: 'string', 'x-format': 'bigint' } })
  expect(JSON.stringify(sum)).not.toContain('"format"')
  expect(tools.find(({ name }) => name === 'shop_Greet')?.annotations).toMatchObject({ readOnlyHint: true })
  await close()
})

test.each(ways)('%s: a value is structured content, and the same as text', async (way) => {
  const { client, close } = await connect(way, shop, { as: ada })
  const result = await client.callTool({ name: 'shop_Order', arguments: { item: 'loom', quantity: 2 } })
  expect(result).toMatchObject({
    content: [{ type: 'text', text: '{"item":"loom","left":8}' }],
    structuredContent: { item: 'loom', left: 8 },
  })
  expect(result.isError).toBeUndefined()
  const sum = await client.callTool({ name: 'shop_Sum', arguments: { numbers: [2, 2], big: '9007199254740993' } })
  expect(sum.structuredContent).toEqual({ total: '9007199254740997', distinct: [2] })
  await close()
})

test.each(ways)('%s: every failure of a call is a result with the errors of every other surface', async (way) => {
  const { client, app: running, close } = await connect(way, shop, { as: ada })
  const failureOf = async (name: string, given: Record<string, unknown>) => {
    const result = await client.callTool({ name, arguments: given })
    expect(result.isError).toBe(true)
    return (result.structuredContent as { errors: { key: string }[] }).errors
  }
  expect(await failureOf('shop_Order', { item: 'loom', quantity: 12 })).toEqual([
    expect.objectContaining({ key: 'domain:OutOfStock', data: { missing: 2 }, retry: 'never' }),
  ])
  const wrong = await failureOf('shop_Order', { item: 'loom', quantity: -1, gigt: true })
  expect(wrong.map(({ key }) => key).sort()).toEqual(['data/quantity:TooSmall', 'data:UnrecognizedKeys'])
  expect(await failureOf('shop_Forget', {})).toEqual([expect.objectContaining({ key: 'auth:Denied' })])
  const [defect] = await failureOf('shop_BreakDown', {})
  expect(defect).toMatchObject({ code: 'Internal' })
  expect(JSON.stringify(defect)).not.toContain('passwd')
  expect(running.commands.has('shop.Nothing')).toBe(false)
  // What is closed to all outside is as little there as what the app has not.
  for (const name of ['shop_Nothing', 'shop_Closed']) {
    await expect(client.callTool({ name })).rejects.toThrow(`There is no tool ${name}`)
  }
  await close()
})

test.each(ways)('%s: the text of a failure tells the model what to do', async (way) => {
  const { client, close } = await connect(way, shop, { as: null })
  const { content } = await client.callTool({ name: 'shop_Order', arguments: { item: 'loom', quantity: 1 } })
  expect(content).toEqual([
    {
      type: 'text',
      text: 'auth:Unauthenticated: This command needs a caller who is known. Sign in or send credentials.',
    },
  ])
  await close()
})

test.each(ways)('%s: items of a streamed answer are progress as they come, and a list at the end', async (way) => {
  const { client, close } = await connect(way, shop)
  const told: { progress: number; total?: number; message?: string }[] = []
  const onprogress = (progress: (typeof told)[number]) => void told.push(progress)
  const result = await client.callTool({ name: 'shop_Count', arguments: { to: 3 } }, { onprogress })
  expect(result.structuredContent).toEqual({
    items: [1, 2, 3].map((n) => ({ n, filler: '' })),
    value: { total: 3 },
  })
  expect(told.flatMap(({ message }) => (message ? [JSON.parse(message).n] : []))).toEqual([1, 2, 3])
  expect(told).toContainEqual({ progress: 2, total: 3 })
  const numbers = told.map(({ progress }) => progress)
  expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right))

  const failed = await client.callTool({ name: 'shop_Count', arguments: { to: 3, failAt: 2 } })
  expect(failed).toMatchObject({ isError: true, structuredContent: { errors: [{ code: 'Stopped', data: { at: 2 } }] } })
  await close()
})

test.each(ways)('%s: a streamed answer without an end is ended by its limit', async (way) => {
  const { client, close } = await connect(way, oddApp, { mcp: { maxItems: 5 } })
  const result = await client.callTool({ name: 'odd_Endless' })
  expect(result).toMatchObject({
    isError: true,
    structuredContent: { errors: [{ code: 'LimitReached', data: { name: 'mcp.maxItems', limit: 5 } }] },
  })
  await close()
})

test.each(ways)('%s: a call that its client cancels is cancelled', async (way) => {
  const { client, app: running, close } = await connect(way, shop)
  const given = new AbortController()
  const { signal } = given
  const call = client.callTool({ name: 'shop_Wait', arguments: { ms: 600_000 } }, { signal })
  call.catch(() => undefined)
  await client.callTool({ name: 'shop_Greet', arguments: { name: 'Ada' } })
  given.abort('enough')
  await expect(call).rejects.toThrow('enough')
  // Closing waits for running calls, and would for this one. An older client cancels by a message that is on its way.
  while (running.activeCalls().length > 0) await new Promise(setImmediate)
  await close()
  expect(running.ready()).toBe(false)
})

test.each(ways)('%s: _meta sets the deadline and the idempotency key', async (way) => {
  let made = 0
  const pay = command('till.Pay', {
    access: 'public',
    input: z.object({ cents: z.int() }),
    output: z.object({ receipt: z.int() }),
    run: () => ({ receipt: ++made }),
  })
  const { client, close } = await connect(way, (...parts) =>
    app('till', { parts: [pay, shop().parts().commands.get('shop.Wait')!, ...parts] }),
  )
  const late = await client.callTool({
    name: 'shop_Wait',
    arguments: { ms: 600_000 },
    _meta: { [callMeta.timeout]: 0.02 },
  })
  expect(late).toMatchObject({ isError: true, structuredContent: { errors: [{ code: 'DeadlineExceeded' }] } })
  const once = () =>
    client.callTool({ name: 'till_Pay', arguments: { cents: 5 }, _meta: { [callMeta.idempotencyKey]: 'k1' } })
  expect((await once()).structuredContent).toEqual({ receipt: 1 })
  expect((await once()).structuredContent).toEqual({ receipt: 1 })
  const bad = await client.callTool({
    name: 'till_Pay',
    arguments: { cents: 5 },
    _meta: { [callMeta.timeout]: 'soon' },
  })
  expect(bad).toMatchObject({ isError: true, structuredContent: { errors: [{ code: 'MalformedInput' }] } })
  await close()
})

test.each(ways)('%s: inputs and outputs that are no objects, and none at all', async (way) => {
  const { client, close } = await connect(way, oddApp)
  const { tools } = await client.listTools()
  const shout = tools.find(({ name }) => name === 'odd_Shout')
  expect(shout?.inputSchema).toMatchObject({ properties: { input: { type: 'string' } }, required: ['input'] })
  const said = await client.callTool({ name: 'odd_Shout', arguments: { input: 'hi' } })
  expect(said.content).toEqual([{ type: 'text', text: '"HI"' }])
  // Older revisions know objects alone.
  expect(said.structuredContent).toEqual(way.endsWith('2026-07-28') ? 'HI' : { result: 'HI' })
  expect(tools.find(({ name }) => name === 'odd_Forget')).not.toHaveProperty('outputSchema')
  expect(await client.callTool({ name: 'odd_Forget' })).toMatchObject({ content: [] })
  await close()
})

test.each(ways)('%s: files come as base64 and go as what they are', async (way) => {
  const { client, close } = await connect(way, oddApp, { mcp: { maxFileBytes: 100 } })
  const picture = `data:image/png;base64,${Buffer.from('png').toString('base64')}`
  const sent = await client.callTool({ name: 'odd_Upload', arguments: { name: 'a', picture } })
  expect(sent.structuredContent).toEqual({ bytes: 3, type: 'image/png' })
  const contentOf = async (given: Record<string, unknown>) =>
    (await client.callTool({ name: 'odd_Report', arguments: given })).content[0]
  expect(await contentOf({ type: 'text/plain' })).toEqual({
    type: 'resource',
    resource: { uri: 'heddle://files/a%20b.txt', mimeType: 'text/plain', text: 'aaa' },
  })
  expect(await contentOf({ type: 'application/zip' })).toMatchObject({ resource: { blob: 'YWFh' } })
  expect(await contentOf({ type: 'image/png' })).toEqual({ type: 'image', data: 'YWFh', mimeType: 'image/png' })
  const large = await client.callTool({ name: 'odd_Report', arguments: { type: 'text/plain', size: 101 } })
  expect(large).toMatchObject({ isError: true, structuredContent: { errors: [{ code: 'TooLarge' }] } })
  expect(large.content).toEqual([
    {
      type: 'text',
      text: 'data:TooLarge: The answer has files of more than 100 bytes (limit "mcp.maxFileBytes"). Make it smaller, or raise the limit.',
    },
  ])
  await close()
})

test.each(ways)('%s: long lists come page by page, by cursor', async (way) => {
  const { client, close } = await connect(way, shop, { as: ada, mcp: { pageSize: 3 } })
  // The client follows the cursors by itself where none is given.
  const names: string[][] = []
  for (let cursor: string | undefined = undefined; ;) {
    const page: { tools: { name: string }[]; nextCursor?: string | undefined } = await client.request({
      method: 'tools/list',
      params: cursor === undefined ? {} : { cursor },
    })
    names.push(page.tools.map(({ name }) => name))
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  expect(names.map(({ length }) => length)).toEqual([3, 3, 1])
  const wrong = client.request({ method: 'tools/list', params: { cursor: 'x' } })
  await expect(wrong).rejects.toThrow('The cursor is none that a page gave')
  await close()
})
