// A client in a process of its own: sends requests at fixed times and tells how long each took, counted from
// when it was sent. None waits for the answer to another one.
import { Agent, request } from 'node:http'

/** What the client is asked to do. */
export interface PacedLoad {
  readonly url: string
  readonly bodies: readonly string[]
  readonly requests: number
  readonly perSecond: number
}

/** How long each took, in milliseconds. */
export type PacedTimes = { readonly waits: readonly number[] } | { readonly failed: string }

process.on('message', (load: PacedLoad) => {
  void send(load).then(
    (waits) => process.send?.({ waits } satisfies PacedTimes),
    (cause: Error) => process.send?.({ failed: cause.message } satisfies PacedTimes),
  )
})

async function send({ url, bodies, requests, perSecond }: PacedLoad): Promise<number[]> {
  const agent = new Agent({ keepAlive: true })
  const begin = performance.now()
  const answers: Promise<number>[] = []
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      // Several are due where this process was late itself.
      while (answers.length < requests) {
        const due = begin + (answers.length * 1000) / perSecond
        if (due > performance.now()) return
        answers.push(post(url, bodies[answers.length % bodies.length]!, agent, performance.now()))
      }
      clearInterval(timer)
      resolve()
    }, 1)
  })
  const waits = await Promise.all(answers)
  agent.destroy()
  return waits
}

function post(url: string, body: string, agent: Agent, from: number): Promise<number> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`answered with ${response.statusCode}`))
      response.resume().once('end', () => resolve(performance.now() - from))
    })
    sent.once('error', reject).end(body)
  })
}
