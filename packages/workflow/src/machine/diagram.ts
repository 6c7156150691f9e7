import type { MachineShape } from './types.ts'

/** A way from one state to another, with what it is gone for. */
interface Edge {
  readonly from: string
  readonly to: string
  readonly label: string
}

const edgesOf = ({ states }: MachineShape): Edge[] =>
  Object.entries(states).flatMap(([from, { on, after }]) => [
    ...Object.entries(on).map(([label, to]) => ({ from, to, label })),
    ...(after ? [{ from, to: after.to, label: `after ${after.time}` }] : []),
  ])

/**
 * The diagram of a state machine as Mermaid text, which GitHub and many editors draw.
 *
 * @example console.log(mermaidOf(order.machine))
 */
export function mermaidOf(machine: MachineShape): string {
  const names = Object.keys(machine.states)
  // Names are free; what Mermaid calls a state is not.
  const idOf = (state: string) => `s${names.indexOf(state)}`
  const quoted = (text: string) => text.replaceAll('"', "'").replaceAll(/[:;\n]/g, ' ')
  const lines = [
    'stateDiagram-v2',
    ...names.map((state) => `  state "${quoted(state)}" as ${idOf(state)}`),
    `  [*] --> ${idOf(machine.initial)}`,
    ...edgesOf(machine).map(({ from, to, label }) => `  ${idOf(from)} --> ${idOf(to)}: ${quoted(label)}`),
    ...names.filter((state) => machine.states[state]!.final).map((state) => `  ${idOf(state)} --> [*]`),
  ]
  return `${lines.join('\n')}\n`
}

/** The diagram of a state machine for a terminal: each state with the ways that lead out of it. */
export function drawMachine(machine: MachineShape): string {
  const edges = edgesOf(machine)
  const lines = Object.entries(machine.states).flatMap(([state, { final, summary }]) => {
    const sign = final ? '◉' : state === machine.initial ? '●' : '○'
    const own = edges.filter(({ from }) => from === state)
    const wide = Math.max(0, ...own.map(({ label }) => label.length))
    return [
      `${sign} ${state}${summary === undefined ? '' : `  ${summary}`}`,
      ...own.map(({ label, to }, index) => {
        const corner = index === own.length - 1 ? '└' : '├'
        return `  ${corner}─ ${label} ${'─'.repeat(wide - label.length)}─▶ ${to}`
      }),
    ]
  })
  return `${lines.join('\n')}\n`
}
