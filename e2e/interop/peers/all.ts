// SPDX-License-Identifier: Apache-2.0
import type { Tools } from '../build.ts';
import type { Stack } from '../stack/stack.ts';
import type { Peer } from '../table/peer.ts';
import { colophon } from './colophon.ts';
import { cosign } from './cosign.ts';
import { pypiAttestations } from './pypi-attestations.ts';
import type { PythonDriver } from './python-driver.ts';
import { sigstoreGo } from './sigstore-go.ts';
import { sigstorePython } from './sigstore-python.ts';
import { stockJavascript } from './stock-javascript.ts';

/** The rows and columns of the table, in its order. */
export function allPeers(tools: Tools, stack: Stack, python: PythonDriver): Peer[] {
  return [
    colophon(stack),
    sigstorePython(stack, python),
    sigstoreGo(tools.go.sigstoreGo, stack, python),
    cosign(tools.go.cosign, stack, python),
    stockJavascript(stack, python),
    pypiAttestations(stack, python),
  ];
}
