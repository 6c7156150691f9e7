import { configDefaults, defineConfig } from 'vitest/config'

// Twenty seconds: a two-core machine that also compiles and lints can starve a test for several of them.
const patience = { testTimeout: 20_000, hookTimeout: 20_000, teardownTimeout: 10_000 }
const exclude = [...configDefaults.exclude, '**/dist/**', '**/.heddle/**']

/**
 * Two projects: `unit` needs nothing but this repository, `services` (`*.service.test.ts`) needs a server or a tool.
 * Type tests (`*.test-d.ts`) belong to `npm run check`: the compiler runs them, vitest does not.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { ...patience, name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, '**/*.service.test.ts'] } },
      {
        test: {
          ...patience,
          name: 'services',
          include: ['**/*.service.test.ts'],
          exclude,
          globalSetup: ['scripts/services/postgres.ts'],
        },
      },
    ],
  },
})
