// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';

// Loaded before a program of node's: at its end it says how much memory it held at most, in MiB.
process.once('exit', () => {
  writeFileSync(process.env.METER_OUTPUT, String(process.resourceUsage().maxRSS / 1024));
});
