import { Histogram, type Labels, type MetricFamily } from '@heddle/core'

/** The media type of the text format, with its version. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics in the text format of Prometheus, version 0.0.4. Families without series are left out. */
export function prometheusText(families: readonly MetricFamily[]): string {
  let text = ''
  for (const { name, help, type, series } of families) {
    if (series.length === 0) continue
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`
    for (const { labels, value } of series) {
      text += value instanceof Histogram ? histogramLines(name, labels, value) : line(name, labels, value)
    }
  }
  return text
}

/** Buckets are cumulative in this format. */
function histogramLines(name: string, labels: Labels, { bounds, counts, sum }: Histogram): string {
  let text = ''
  let below = 0
  for (const [index, count] of counts.entries()) {
    below += count
    text += line(`${name}_bucket`, { ...labels, le: index < bounds.length ? String(bounds[index]) : '+Inf' }, below)
  }
  return text + line(`${name}_sum`, labels, sum) + line(`${name}_count`, labels, below)
}

function line(name: string, labels: Labels, value: number): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${escapeValue(text)}"`)
  return `${name}${told.length > 0 ? `{${told.join(',')}}` : ''} ${numberText(value)}\n`
}

const numberText = (value: number) => (value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value))

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeValue = (text: string) => escapeHelp(text).replaceAll('"', '\\"')
