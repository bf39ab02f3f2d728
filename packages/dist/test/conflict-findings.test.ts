// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { conflictFindings } from '../src/index.ts';

describe('conflictFindings', () => {
  it.each([
    ['a-1.0.tar.gz', '1', 'a-1.0.tar.gz', '2', 'error same-filename'],
    ['a-1.0.tar.gz', '1', 'a-1.0.tar.gz', '1', 'warning same-filename'],
    ['a-1.0.tar.gz', '1', 'b-1.0.tar.gz', '1', 'error same-content'],
    ['a-1.0.tar.gz', '1', 'A-1.zip', '2', 'error second-sdist'],
    ['a-1.0-py2.py3-none-any.whl', '1', 'a-1.0-py3.py2-none-any.whl', '2', 'warning same-distribution'],
    ['a-1.0-py3-none-any.whl', '1', 'a-1.0-py2-none-any.whl', '2', undefined],
    ['a-1.0-py3-none-any.whl', '1', 'a-1.0.tar.gz', '2', undefined],
    ['a-1.0.tar.gz', '1', 'a-1.1.tar.gz', '2', undefined],
    ['a.egg', '1', 'b.egg', '2', undefined],
  ])('of %s (%s) after %s (%s): %s', (...row) => {
    const [filename, sha256, other, otherSha256, wanted] = row;
    const [finding] = conflictFindings({ filename, sha256 }, [{ filename: other, sha256: otherSha256 }]);
    expect(finding && `${finding.severity} ${finding.code}`).toBe(wanted);
  });
});
