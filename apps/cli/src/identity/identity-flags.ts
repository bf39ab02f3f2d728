// SPDX-License-Identifier: Apache-2.0
import type { SignerDescription } from '@colophon/verify';
import { formatPublisher } from './publisher-text.ts';
import { signerPublisher } from './signer-text.ts';

/**
 * The flags that demand the very identity that a certificate names, as words of a command line. Undefined when its name
 * is of a form that no flag can demand.
 */
export function identityFlags(signer: SignerDescription): string[] | undefined {
  const { identity, issuer, claims } = signer;
  const publisher = signerPublisher(signer);
  if (publisher === undefined)
    return identity === undefined || issuer === undefined
      ? undefined
      : [...flag('--cert-identity', identity), ...flag('--cert-oidc-issuer', issuer)];
  const ref = claims['source-repository-ref'];
  const environment = claims['deployment-environment'];
  const called = calledWorkflow(signer);
  return [
    ...flag('--publisher', formatPublisher(publisher)),
    ...flag('--signer-workflow', called),
    ...flag('--ref', ref),
    ...flag('--environment', environment),
  ];
}

// A value with a dash at its beginning would be taken for the next option.
function flag(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

// A workflow that another one called signs in its own name.
function calledWorkflow({ claims }: SignerDescription): string | undefined {
  const called = claims['build-signer-uri'];
  const host = 'https://github.com/';
  if (called === claims['build-config-uri'] || called?.startsWith(host) !== true) return undefined;
  return called.slice(host.length);
}
