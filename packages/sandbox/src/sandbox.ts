// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { encodeHex } from '@colophon/base';
import { SandboxClock } from './clock.ts';
import { CtLog } from './ct/ct-log.ts';
import { ctHandler } from './ct/ct-service.ts';
import { Faults, type ServiceName } from './faults.ts';
import { CertificateAuthority } from './fulcio/certificate-authority.ts';
import { fulcioHandler } from './fulcio/fulcio-service.ts';
import { type Exchange, type Handler, type Service, startService } from './http-service.ts';
import type { ClaimOverrides } from './oidc/claims.ts';
import { jobEnvironment } from './oidc/job-environment.ts';
import { oidcHandler } from './oidc/oidc-service.ts';
import { TokenIssuer, type TokenRequest } from './oidc/token-issuer.ts';
import { tokenKeys } from './oidc/token-keys.ts';
import { RekorLog } from './rekor/rekor-log.ts';
import { rekorHandler } from './rekor/rekor-service.ts';

export interface SandboxOptions {
  /** Default: a SandboxClock that shows real time. */
  readonly clock?: SandboxClock;
  /** Claims of the job that the sandbox stands for, over the usual ones; null takes a claim away. */
  readonly githubClaims?: ClaimOverrides;
  /** Ports of services; any free one for those not named. */
  readonly ports?: Partial<Readonly<Record<ServiceName, number>>>;
  /** Called after each request to any service. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** A running sandbox. */
export interface Sandbox {
  readonly urls: Readonly<Record<Exclude<ServiceName, 'tuf' | 'index'>, string>>;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  /** What a GitHub Actions job finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  issueToken(request?: TokenRequest): Promise<string>;
  close(): Promise<void>;
}

/** Starts all services. @throws SandboxError ERR_SANDBOX_LISTEN */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = new SandboxClock(), githubClaims = {} } = options;
  const faults = new Faults();
  const urls = { oidc: '', ct: '', fulcio: '', rekor: '' };
  const issuer = await TokenIssuer.create(clock);
  const authority = await CertificateAuthority.create();
  const ctLog = new CtLog(clock);
  const requestToken = encodeHex(randomBytes(16));
  const handlers: Record<keyof typeof urls, Handler> = {
    oidc: oidcHandler({ issuer, requestToken, githubClaims }),
    ct: ctHandler(ctLog, authority.chain[1]),
    fulcio: fulcioHandler({
      authority,
      clock,
      tokenKeys: tokenKeys(() => urls.oidc),
      ctUrl: () => urls.ct,
    }),
    rekor: rekorHandler(new RekorLog(clock, 'localhost')),
  };
  const services: Service[] = [];
  for (const name of ['oidc', 'ct', 'fulcio', 'rekor'] as const) {
    const port = options.ports?.[name] ?? 0;
    const service = await startService(name, handlers[name], { ...options, faults, port });
    urls[name] = service.url;
    services.push(service);
  }
  return {
    urls,
    clock,
    faults,
    environment: jobEnvironment(urls.oidc, requestToken, githubClaims),
    issueToken: (request) => issuer.issue(request),
    close: async () => void (await Promise.all(services.map((service) => service.close()))),
  };
}
