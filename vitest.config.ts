import { configDefaults, defineConfig } from 'vitest/config'

// Twenty seconds: a two-core machine that also compiles and lints can starve a test for several of them.
const patience = {
  testTimeout: 20_000,
  hookTimeout: 20_000,
  teardownTimeout: 10_000,
  expect: { poll: { timeout: 15_000 } },
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
