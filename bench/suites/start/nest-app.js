import 'reflect-metadata'
import { Body, Controller, HttpCode, Module, Post, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { ApiProperty, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { IsString, MinLength } from 'class-validator'

class Person {}
class Greeting {}
class HelloController {
  greet({ name }) {
    return { greeting: `Hello, ${name}` }
  }
}
class HelloModule {}

// What the decorators of TypeScript would do.
Reflect.defineMetadata('design:type', String, Person.prototype, 'name')
ApiProperty()(Person.prototype, 'name')
IsString()(Person.prototype, 'name')
MinLength(1)(Person.prototype, 'name')
Reflect.defineMetadata('design:type', String, Greeting.prototype, 'greeting')
ApiProperty()(Greeting.prototype, 'greeting')
const method = Object.getOwnPropertyDescriptor(HelloController.prototype, 'greet')
Reflect.defineMetadata('design:paramtypes', [Person], HelloController.prototype, 'greet')
Post('Greet')(HelloController.prototype, 'greet', method)
HttpCode(200)(HelloController.prototype, 'greet', method)
ApiResponse({ status: 200, type: Greeting })(HelloController.prototype, 'greet', method)
Body()(HelloController.prototype, 'greet', 0)
Controller('hello')(HelloController)
Module({ controllers: [HelloController] })(HelloModule)

const hello = await NestFactory.create(HelloModule, new FastifyAdapter(), { logger: false })
hello.useGlobalPipes(new ValidationPipe())
const description = new DocumentBuilder().setTitle('hello').setVersion('1').build()
SwaggerModule.setup('openapi', hello, () => SwaggerModule.createDocument(hello, description), { ui: false })
await hello.listen(0, '127.0.0.1')
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ cpuMicros: user + system, port: hello.getHttpServer().address().port }))
process.once('SIGTERM', () => process.exit())
