import { configDefaults, defineConfig } from 'vitest/config'

// A minute: a two-core machine that also compiles and lints can starve a test for many seconds, and time decides no test.
const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  teardownTimeout: 10_000,
  expect: { poll: { timeout: 45_000 } },
}
// One folder for what tests write, removed at the end.
const folder = 'scripts/tests-folder.ts'
const exclude = [...configDefaults.exclude, '**/dist/**', '**/.heddle/**']

/**
 * Two projects: `unit` needs nothing but this repository, `services` (`*.service.test.ts`) needs a server or a tool.
 * Type tests (`*.test-d.ts`) belong to `npm run check`: the compiler runs them, vitest does not.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...patience,
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.service.test.ts'],
          globalSetup: [folder],
        },
      },
      {
        test: {
          ...patience,
          name: 'services',
          include: ['**/*.service.test.ts'],
          exclude,
          globalSetup: [folder, 'scripts/services/postgres.ts'],
        },
      },
    ],
  },
})
