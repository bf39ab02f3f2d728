// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { fieldValue, type RawMetadata } from './core-metadata.ts';
import { error, warning, type Finding } from './finding.ts';
import { TROVE_VERSION } from './registers/trove-classifiers.ts';
import { classifierStanding } from './rules/classifier.ts';

/** What PyPI minds in the classifiers; each is named once. */
export function classifierFindings(metadata: RawMetadata): Finding[] {
  const classifiers = Array.from(new Set(metadata.fields.classifier)).toSorted();
  return [...classifiers.flatMap(standingFindings), ...licenseClassifierFindings(metadata, classifiers)];
}

function standingFindings(classifier: string): Finding[] {
  const standing = classifierStanding(classifier);
  const shown = `classifier ${quote(classifier)}`;
  switch (standing.kind) {
    case 'known':
      return [];
    case 'private':
      return [error('classifier-private', `${shown} keeps the package off every public index`)];
    case 'deprecated':
      return [error('classifier-deprecated', `${shown} is taken no more${instead(standing.instead)}`)];
    case 'newer':
      return [
        warning(
          'classifier-newer',
          `${shown} is not in the list of ${TROVE_VERSION}; if PyPI does not know it either, it refuses`,
        ),
      ];
    default:
      return [
        error(
          'classifier-unknown',
          `${shown} is not one that PyPI knows${standing.meant === undefined ? '' : `; ${quote(standing.meant)} is`}`,
        ),
      ];
  }
}

function instead(names: readonly string[]): string {
  return names.length === 0 ? '' : `; its successor is ${names.map(quote).join(' or ')}`;
}

// PEP 639 lets an index refuse the pair; PyPI does not yet.
function licenseClassifierFindings(metadata: RawMetadata, classifiers: readonly string[]): Finding[] {
  const found = classifiers.find((classifier) => classifier.startsWith('License ::'));
  if (found === undefined || fieldValue(metadata, 'license-expression') === undefined) return [];
  return [
    warning(
      'license-classifier',
      `classifier ${quote(found)} stands beside License-Expression, which replaces it`,
    ),
  ];
}
