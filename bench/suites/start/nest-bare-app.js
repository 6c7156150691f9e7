import 'reflect-metadata'
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'

class HelloController {
  greet({ name }) {
    return { greeting: `Hello, ${name}` }
  }
}
// What the decorators of TypeScript would do.
const method = Object.getOwnPropertyDescriptor(HelloController.prototype, 'greet')
Post('Greet')(HelloController.prototype, 'greet', method)
HttpCode(200)(HelloController.prototype, 'greet', method)
Body()(HelloController.prototype, 'greet', 0)
Controller('hello')(HelloController)

class HelloModule {}
Module({ controllers: [HelloController] })(HelloModule)

const hello = await NestFactory.create(HelloModule, new FastifyAdapter(), { logger: false })
await hello.listen(0, '127.0.0.1')
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ cpuMicros: user + system, port: hello.getHttpServer().address().port }))
process.once('SIGTERM', () => process.exit())
