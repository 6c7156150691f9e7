import { createServer } from 'node:http'

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { name } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof name !== 'string' || name === '') return response.writeHead(400).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ greeting: `Hello, ${name}` }))
  })
})
server.listen(0, '127.0.0.1', () => {
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ cpuMicros: user + system, port: server.address().port }))
})
process.once('SIGTERM', () => process.exit())
