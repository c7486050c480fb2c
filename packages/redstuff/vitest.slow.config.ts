import { defineConfig } from 'vitest/config';

// Minutes of work, most of it in the official encoder: `npm run test:slow -w @walrus-ts/redstuff`.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/slow/**/*.slow.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 900_000,
  },
});
