import type { Plan } from '../plan/plan.ts'
import { type GraphNode, planGraph } from './plan-graph.ts'

/** In pixels: the letters are of one width, so that a text's is known without a browser. */
const letter = 7.3
const lineHeight = 17
const padding = 12
const margin = 20

/**
 * A plan as an SVG picture, from the top down. It needs no script, no font but the browser's own, and follows its light
 * or dark colors.
 *
 * @example await writeFile('delays.svg', await drawSvg(plan))
 */
export async function drawSvg(plan: Plan): Promise<string> {
  const { Graph, layout } = await import('@dagrejs/dagre')
  const { nodes, edges } = planGraph(plan)
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 30, ranksep: 36, edgesep: 14, marginx: margin, marginy: margin })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, sizeOf(node))
  for (const [index, { from, to, label = '', reads }] of edges.entries()) {
    const size = { width: label.length * letter, height: label === '' ? 0 : lineHeight, labelpos: 'c' as const }
    graph.setEdge(from, to, { ...size, label, reads }, String(index))
  }
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  const drawnEdges = graph
    .edges()
    .map((edge: { readonly v: string; readonly w: string }) => drawEdge(graph.edge(edge) as unknown as DrawnEdge))
  const drawnNodes = nodes.map((node) => drawNode(node, graph.node(node.id)))
  const [w, h] = [Math.ceil(width), Math.ceil(height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `<title>${escaped(plan.pipeline)}</title>`,
    style,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    ...drawnEdges,
    ...drawnNodes,
    '</svg>',
    '',
  ].join('\n')
}

const style = `<style>
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1c2530}
.id{font-weight:600}.what,.way{fill:#5b6878}.way{stroke:canvas;stroke-width:4px;paint-order:stroke}
rect{fill:#f4f7fa;stroke:#8a99ab}.input rect,.output rect{fill:#e3f1ea;stroke:#5f9c80}
.branches rect{fill:#fdf4e3;stroke:#c29b4a}.effect rect{fill:#e8eefc;stroke:#6b88c9}
path{fill:none;stroke:#8a99ab}.reads{stroke-dasharray:4 3}.tip{fill:#8a99ab;stroke:none}
@media(prefers-color-scheme:dark){text{fill:#e6ebf1}.what,.way{fill:#9aa7b6}rect{fill:#222c38;stroke:#5d6c7e}
.input rect,.output rect{fill:#1d3329}.branches rect{fill:#3a2f17}.effect rect{fill:#1f2b47}}
</style>`

const linesOf = ({ kind, detail, id }: GraphNode) =>
  id === kind && detail === '' ? [id] : [id, `${kind} ${detail}`.trim()]

function sizeOf(node: GraphNode) {
  const lines = linesOf(node)
  const longest = Math.max(...lines.map(({ length }) => length))
  return { width: longest * letter + 2 * padding, height: lines.length * lineHeight + padding }
}

const classOf = ({ kind, role }: GraphNode): string => {
  if (role !== undefined) return role === 'source' ? 'input' : 'output'
  if (kind === 'input' || kind === 'output') return kind
  if (['when', 'switch', 'parallel', 'forEach', 'loop', 'try', 'branch', 'union', 'join'].includes(kind))
    return 'branches'
  return ['call', 'emit', 'pipeline', 'wait', 'compensate', 'lookup', 'enrich'].includes(kind) ? 'effect' : 'value'
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function drawNode(node: GraphNode, { x, y, width, height }: Box): string {
  const [left, top] = [x - width / 2, y - height / 2]
  const texts = linesOf(node).map((line, index) => {
    const base = top + padding / 2 + lineHeight * (index + 0.75)
    return `<text class="${index === 0 ? 'id' : 'what'}" x="${round(x)}" y="${round(base)}" text-anchor="middle">${escaped(line)}</text>`
  })
  const box = `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="6"/>`
  return `<g class="${classOf(node)}">${box}${texts.join('')}</g>`
}

interface DrawnEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly x?: number
  readonly y?: number
  readonly label: string
  readonly reads: boolean
}

function drawEdge({ points, x, y, label, reads }: DrawnEdge): string {
  const way = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${round(point.x)} ${round(point.y)}`).join('')
  const line = `<path d="${way}" marker-end="url(#tip)"${reads ? ' class="reads"' : ''}/>`
  if (label === '' || x === undefined || y === undefined) return line
  return `${line}<text class="way" x="${round(x)}" y="${round(y + 4)}" text-anchor="middle">${escaped(label)}</text>`
}

const round = (value: number) => Math.round(value * 10) / 10

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
