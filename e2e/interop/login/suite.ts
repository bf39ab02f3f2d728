// SPDX-License-Identifier: Apache-2.0
import { renderColumns } from '../columns.ts';
import type { Rig } from '../rig.ts';
import { COLOPHON_SCENARIOS, type LoginScenario, LYING_SCENARIO, FOREIGN_SCENARIOS } from './scenarios.ts';
import { type LoginScene, openLoginScene } from './scene.ts';

export interface LoginReport {
  readonly table: string;
  /** What is not as it must be, one line each. */
  readonly faults: readonly string[];
}

/** Logs people in at the sandbox's pages, in a real browser: by Colophon, and by others to see that they are honest. */
export async function checkLogins(rig: Rig): Promise<LoginReport> {
  const scene = await openLoginScene(rig);
  try {
    const lines = [['login', 'way', 'outcome', 'as it must be']];
    const faults: string[] = [];
    const scenarios = [...COLOPHON_SCENARIOS, ...FOREIGN_SCENARIOS, LYING_SCENARIO];
    for (const [index, scenario] of scenarios.entries()) {
      const { program, way, outcome } = scenario;
      const fault = await faultOf(scenario, scene, `login-${index}`);
      lines.push([program, way, outcome, fault === undefined ? 'yes' : 'NO']);
      if (fault !== undefined) faults.push(`login: ${program}: ${way}: ${fault}`);
    }
    return { table: `${renderColumns(lines)}\n`, faults };
  } finally {
    await scene.close();
  }
}

async function faultOf(
  scenario: LoginScenario,
  scene: LoginScene,
  name: string,
): Promise<string | undefined> {
  try {
    await scenario.run(scene, name);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
