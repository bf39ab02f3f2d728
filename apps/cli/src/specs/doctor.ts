// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { INDEX_OPTIONS } from '../options/publishing.ts';

/** Who this job is. */
export const DOCTOR: CommandSpec = {
  usage: 'doctor [path..]',
  operand: 'path',
  summary: 'Tell who this job is, and what its release would meet with',
  network: 'always',
  example: 'doctor dist/ --publisher github:octo-org/sampler/release.yml',
  options: {
    ...INDEX_OPTIONS,
    project: { type: 'string', describe: 'the project, where no paths are given' },
    publisher: {
      type: 'string',
      describe: 'the publisher that the index knows',
      defaultDescription: 'that of the project’s newest attested file',
    },
    environment: { type: 'string', describe: 'the environment that --publisher names' },
  },
  load: async () => (await import('../commands/doctor.ts')).runDoctor,
};
