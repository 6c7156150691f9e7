import type { OpenApp } from '@heddle/core'
import { findItems, greet, order } from '../../test/shop.ts'
import { fetchHandler } from './fetch-handler.ts'
import { http } from './http.ts'
import type { ParametersOf } from './route-pattern.ts'

const names: ParametersOf<'GET /a/{one}/b/{two}'> = 'one'
const other: ParametersOf<'GET /a/{one}/b/{two}'> = 'two'
// @ts-expect-error there is no third parameter
const third: ParametersOf<'GET /a/{one}/b/{two}'> = 'three'
export const used = [names, other, third]

export const fine = http({ routes: { 'GET /greetings/{name}': greet, 'POST /orders': order, 'GET /items': findItems } })
export const plain = http({ port: 0, host: '0.0.0.0' })

// @ts-expect-error the input of Greet has no field "nme"
export const unknownField = http({ routes: { 'GET /greetings/{nme}': greet } })
// @ts-expect-error one of two parameters is unknown
export const oneUnknown = http({ routes: { 'GET /greetings/{name}/{day}': greet } })
// @ts-expect-error a route begins with a method
export const noMethod = http({ routes: { '/greetings': greet } })
// @ts-expect-error there is no such method
export const wrongMethod = http({ routes: { 'FETCH /greetings': greet } })
// @ts-expect-error a route leads to a command
export const noCommand = http({ routes: { 'GET /greetings': 'shop.Greet' } })
// @ts-expect-error a port is a number
export const wrongOption = http({ port: '3000' })

declare const app: OpenApp
export const handler: (request: Request) => Promise<Response> = fetchHandler(app, {
  routes: { 'GET /g/{name}': greet },
})
// @ts-expect-error the same check for fetch handlers
export const wrongHandler = fetchHandler(app, { routes: { 'GET /g/{nme}': greet } })
