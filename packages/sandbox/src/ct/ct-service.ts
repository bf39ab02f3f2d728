// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, encodeBase64, parseJson, readArray, readObject, readString } from '@colophon/base';
import { type Handler, json, readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import type { CtLog } from './ct-log.ts';
import { precertificateEntry } from './precertificate.ts';

const MAX_CHAIN_BYTES = 1 << 20;

/** RFC 6962 §4: add-pre-chain, get-sth and get-roots. `root` is the one root whose certificates are logged. */
export function ctHandler(log: Pick<CtLog, 'add' | 'treeHead'>, root: Uint8Array): Handler {
  return async (request) => {
    switch (`${request.method} ${request.url.pathname}`) {
      case 'POST /ct/v1/add-pre-chain':
        return addPreChain(request, log, root);
      case 'GET /ct/v1/get-sth':
        return treeHead(log);
      case 'GET /ct/v1/get-roots':
        return json(200, { certificates: [encodeBase64(root)] });
      default:
        return { status: 404, body: '404 page not found\n' };
    }
  };
}

async function addPreChain(
  request: SandboxRequest,
  log: Pick<CtLog, 'add'>,
  root: Uint8Array,
): Promise<SandboxResponse> {
  const body = await readBody(request, MAX_CHAIN_BYTES);
  try {
    const { logId, timestamp, extensions, signature } = log.add(precertificateEntry(chainOf(body), root));
    return json(200, {
      sct_version: 0,
      id: encodeBase64(logId),
      timestamp: Number(timestamp),
      extensions: encodeBase64(extensions),
      signature: encodeBase64(signature),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 400, body: `failed to verify add-chain contents: ${reason}\n` };
  }
}

function chainOf(body: Uint8Array): Uint8Array[] {
  const { chain } = readObject(parseJson(body), '$', { required: ['chain'], open: true });
  return readArray(chain, '$.chain').map((item, index) =>
    decodeBase64(readString(item, `$.chain[${index}]`)),
  );
}

function treeHead(log: Pick<CtLog, 'treeHead'>): SandboxResponse {
  const { treeSize, timestamp, rootHash, signature } = log.treeHead();
  return json(200, {
    tree_size: treeSize,
    timestamp: Number(timestamp),
    sha256_root_hash: encodeBase64(rootHash),
    tree_head_signature: encodeBase64(signature),
  });
}
