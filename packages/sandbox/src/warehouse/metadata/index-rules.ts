// SPDX-License-Identifier: Apache-2.0
import { CLASSIFIERS, DEPRECATED, isKnown } from '../known-names.ts';
import { pythonQuoted } from '../python-text.ts';
import { parsePythonVersion } from '../python-version.ts';
import { isWebAddress, mailFault } from './address-rules.ts';
import type { Fault, FormValues } from './metadata-fault.ts';
import { readRequirement } from './requirement-rule.ts';

/** Whether the index takes a classifier that its list does not have. */
export type TakesClassifier = (name: string) => boolean;

/** The checks that the index adds to those of the format, in its own words. */
export function faultsOfIndex(values: FormValues, takesClassifier: TakesClassifier): Fault[] {
  const faults: Fault[] = [];
  const version = parsePythonVersion(values.get('version')?.[0]?.trim() ?? '');
  if (version.isLocal)
    faults.push(['version', `The use of local versions in '${version.text}' is not allowed.`]);
  if (Array.from(values.get('summary')?.[0] ?? '').length > 512)
    faults.push(['summary', "'summary' field must be 512 characters or less."]);
  faults.push(
    ...addressFaults(values),
    ...classifierFaults(values, takesClassifier),
    ...requirementFaults(values),
  );
  for (const entry of values.get('project_urls') ?? []) {
    const words = projectUrlFault(entry);
    if (words) faults.push(['project-url', words]);
  }
  if (values.has('license') && values.has('license_expression'))
    faults.push([
      'license',
      'License is deprecated when License-Expression is present. Only License-Expression should be present.',
    ]);
  return faults;
}

function addressFaults(values: FormValues): Fault[] {
  const mail = ['author_email', 'maintainer_email'].flatMap((name): Fault[] => {
    const words = mailFault(values.get(name)?.[0] ?? '');
    return words === undefined ? [] : [[name.replace('_', '-'), words]];
  });
  const web = ['home_page', 'download_url'].flatMap((name): Fault[] => {
    const address = values.get(name)?.[0];
    if (address === undefined || isWebAddress(address)) return [];
    return [[name.replace('_', '-'), `${pythonQuoted(address)} is not a valid url.`]];
  });
  return [...mail, ...web];
}

function classifierFaults(values: FormValues, takesClassifier: TakesClassifier): Fault[] {
  const sent = Array.from(new Set(values.get('classifiers'))).toSorted();
  const unknown = sent.filter(
    (classifier) => !isKnown(CLASSIFIERS, classifier) && !takesClassifier(classifier),
  );
  return [
    ...unknown.map((name): Fault => ['classifier', `${pythonQuoted(name)} is not a valid classifier.`]),
    ...sent
      .filter((name) => Object.hasOwn(DEPRECATED, name))
      .map((name): Fault => ['classifier', gone(name)]),
  ];
}

function gone(name: string): string {
  const successors = DEPRECATED[name] ?? [];
  const use =
    successors.length === 0 ? '.' : `, use one of [${successors.map(pythonQuoted).join(', ')}] instead.`;
  return `The classifier ${pythonQuoted(name)} has been deprecated${use}`;
}

function requirementFaults(values: FormValues): Fault[] {
  const faults: Fault[] = [];
  for (const [name, quoted] of [
    ['provides_dist', true],
    ['obsoletes_dist', true],
    ['requires_dist', false],
  ] as const)
    for (const text of values.get(name) ?? []) {
      const header = name.replace('_', '-');
      const requirement = readRequirement(text);
      // packaging would draw the place in several lines here.
      if (!requirement) faults.push([header, `${pythonQuoted(text)} is invalid: it is not a requirement`]);
      else if (requirement.url !== undefined)
        faults.push([header, `Can't have direct dependency: ${quoted ? pythonQuoted(text) : text}`]);
    }
  return faults;
}

function projectUrlFault(entry: string): string | undefined {
  const comma = entry.indexOf(',');
  const label = (comma < 0 ? entry : entry.slice(0, comma)).trim();
  const address = comma < 0 ? '' : entry.slice(comma + 1).trim();
  if (label === '') return 'Must have a label';
  if (Array.from(label).length > 32) return `${pythonQuoted(label)} must be 32 characters or less.`;
  if (address === '') return 'Must have a URL';
  return isWebAddress(address) ? undefined : `${pythonQuoted(address)} is not a valid url`;
}
