// SPDX-License-Identifier: Apache-2.0
import { readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { SandboxError } from '../sandbox-error.ts';
import { GatewayError } from './gateway-error.ts';

export type GatewayAction = (request: SandboxRequest) => Promise<SandboxResponse> | SandboxResponse;

export interface GatewayRoute {
  readonly method: string;
  readonly action: GatewayAction;
}

const MAX_BODY = 1 << 22;

/** Answers by the route of a path as grpc-gateway does: a known path has one method. */
export async function answerByGateway(
  request: SandboxRequest,
  route: GatewayRoute | undefined,
): Promise<SandboxResponse> {
  try {
    if (!route) throw new GatewayError('NotFound', 'Not Found');
    if (route.method !== request.method) throw new GatewayError('Unimplemented', 'Method Not Allowed');
    return await route.action(request);
  } catch (error) {
    if (error instanceof GatewayError) return error.response();
    throw error;
  }
}

/** The body of a request, of at most 4 MiB. @throws GatewayError */
export async function gatewayBody(request: SandboxRequest): Promise<Uint8Array> {
  try {
    return await readBody(request, MAX_BODY);
  } catch (cause) {
    if (!(cause instanceof SandboxError)) throw cause;
    throw new GatewayError('InvalidArgument', 'http: request body too large', { cause });
  }
}
