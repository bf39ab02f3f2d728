// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { type IssuerKind, issuers } from '../stack/issuers.ts';
import { identityOf } from './identities.ts';
import type { Peer } from './peer.ts';
import type { Scene } from './scene.ts';

/** Signs with a token of every kind, so that Fulcio's reading of each is exercised. Throws when one is not taken as meant. */
export async function checkIssuers(peer: Peer, scene: Scene): Promise<void> {
  const { sign, verify } = { sign: peer.sign['message-v1'], verify: peer.verify['message-v1'] };
  if (typeof sign !== 'function' || typeof verify !== 'function')
    throw new TypeError(`${peer.name} signs no messages`);
  const { artifact, statement, folder } = scene;
  const form = 'message-v1';
  for (const kind of Object.keys(issuers) as IssuerKind[]) {
    const output = join(folder, `issuer.${kind}.json`);
    await sign({ form, artifact, statement, output, token: scene.issueToken(kind) });
    await verify({ form, artifact, evidence: output, identity: identityOf(kind) });
  }
}
