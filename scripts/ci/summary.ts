// Sums vitest's JSON reports: node scripts/ci/summary.ts FILE… prints `N passed, N failed, N skipped`.
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The part of vitest's JSON report that is summed. */
export interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests?: number
  readonly numFailedTestSuites?: number
  readonly testResults?: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

/** One line for all reports. A file that failed before its first test counts as one failure. */
export function summarize(reports: readonly Report[]): string {
  let [passed, failed, skipped] = [0, 0, 0]
  for (const report of reports) {
    passed += report.numPassedTests
    failed += report.numFailedTests
    skipped += report.numPendingTests + (report.numTodoTests ?? 0)
    failed += (report.testResults ?? []).filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length
  }
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = process.argv.slice(2).filter((file) => existsSync(file))
  console.log(summarize(files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report)))
}
