// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

const conditions = ['@colophon/source', 'module', 'node', 'import', 'default'];

// Tests run on the sources: no build stands between an edit and its test.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'e2e/test/**/*.test.ts',
      'e2e/interop/test/**/*.test.ts',
    ],
    // By default one core stays free: of two, that is half.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['packages/*/src/**/*.ts', 'apps/cli/src/**/*.ts'] },
  },
});
