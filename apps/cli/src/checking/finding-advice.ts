// SPDX-License-Identifier: Apache-2.0
import type { FindingCode } from '@colophon/dist';

const CONFIGURATION = "correct it in the project's configuration and build again";
const REBUILD = 'build it again with a current back-end instead of editing it';
const REPACK = 'pack it again from its files, with a writer that seeks instead of streaming';
const WHOLE_FILE = 'was the build or the download cut off? Build or download it again';

/** What to do about each finding: a code without a row does not compile. */
export const FINDING_ADVICE: Readonly<Record<FindingCode, string>> = {
  'metadata-unreadable': 'was it written by hand, or in another encoding than UTF-8? Build it again',
  'metadata-missing':
    'was the file renamed after it was built? Its folder must be spelled as the file name is: build it again',
  'metadata-repeated-field': `keep one of them: ${CONFIGURATION}`,
  'metadata-version': 'use a build back-end that writes a version from 1.0 to 2.5',
  'metadata-required-field': "set it in the project's configuration",
  'name-invalid': `choose another name: ${CONFIGURATION}`,
  'version-invalid': 'write it as PEP 440 wants it, as in 1.2.0, 1.2.0rc1 or 1.2.0.post1',
  'local-version':
    'build without the part from the + on; where a tool takes it from Git, build from a tag without local changes',
  'metadata-field-too-new':
    'use a current build back-end: it declares the metadata version that its fields need',
  'email-address': `write it as "Name <name@example.com>": ${CONFIGURATION}`,
  'classifier-private': 'is the package meant for a public index? Remove the classifier only if it is',
  'classifier-unknown':
    'classifiers must be spelled as on https://pypi.org/classifiers/, letter by letter; use keywords for your own',
  'classifier-deprecated': 'remove it, or take its successor; a license is stated by License-Expression now',
  'description-content-type':
    'it is text/markdown, text/x-rst or text/plain; back-ends take it from the ending of the readme',
  'web-address': `write the whole address, with https://: ${CONFIGURATION}`,
  'dynamic-field':
    'list only fields of core metadata, and neither Name nor Version: use a current build back-end',
  'import-name': `write the name as it is imported, as in package.module: ${CONFIGURATION}`,
  'license-conflict': 'keep the expression, and remove the older field: in pyproject.toml, `license = "MIT"`',
  'license-expression':
    'write SPDX identifiers, as in "MIT" or "Apache-2.0 OR BSD-3-Clause", and LicenseRef-NAME for a license of your own',
  'license-file-path': 'write paths below the project folder, with /, and let the back-end resolve wildcards',
  'project-url': 'a label of at most 32 characters, each once, and a whole address with https://',
  requirement: 'write it as PEP 508 wants it, as in: name[extra]>=1.2; python_version<"3.13"',
  'direct-requirement':
    'a public index takes no requirements by URL: release that project, or require its versions',
  'extra-name': 'letters, digits, -, _ and . only, with a letter or digit at both ends',
  'requires-python': 'write it as in ">=3.10" or ">=3.10,<4"; a bare number is not a specifier',
  'summary-lines': 'shorten the summary to one line; the long text belongs in the readme',
  'summary-length': 'shorten the summary; the long text belongs in the readme',
  'description-render':
    'correct the readme at the line named, or write it in Markdown and say text/markdown; Sphinx directives and raw HTML are not reStructuredText to an index',
  'description-not-judged':
    'to have reStructuredText judged: `pip install readme_renderer` for the python3 on the PATH; Markdown that no renderer comes to the end of should be simpler',
  'filename-invalid':
    'wheels are NAME-VERSION-PYTHON-ABI-PLATFORM.whl, sdists NAME-VERSION.tar.gz; eggs are taken no more',
  'file-size':
    'leave test data and debug symbols out, or ask PyPI for a higher limit for the project before the release',
  'same-content': 'remove one of the two: an index takes the same bytes once',
  'same-filename': 'remove one of the two: an index takes a name once, for ever',
  'second-sdist': 'keep the .tar.gz: a release has one sdist',
  'archive-polyglot': 'pack it again from its files',
  'archive-damaged': WHOLE_FILE,
  'archive-bomb': 'leave out what compresses that well, as large empty or repetitive data',
  'archive-compression': 'use the compression DEFLATE: other readers cannot unpack the file',
  'sdist-top-level': 'an sdist has one folder, NAME-VERSION: build it with a back-end, not by hand',
  'wheel-file-missing': REBUILD,
  'forbidden-content': 'publish readable sources, or compile them: PyPI takes no encrypted Python',
  'leaked-token':
    'revoke the token on PyPI now, wherever else this file went, and take it out of the sources',
  'archive-name': 'rename the file in the project: names are UTF-8, relative, without control characters',
  'archive-duplicate': 'does the configuration include a file twice? Each may be in the archive once',
  'archive-ambiguous': 'pack it again from its files: readers disagree on what is in it',
  'archive-overlap': 'pack it again from its files: members share bytes',
  'archive-trailing-data': 'remove what follows the archive, or pack it again from its files',
  'archive-encrypted': 'pack it again without a password',
  'archive-member-type': 'only files, folders and links within the sdist may be in it',
  'archive-link': 'include the file itself instead of a link to somewhere else',
  'archive-limit': 'is all of that meant to be in the archive?',
  'zip-comment': REPACK,
  'zip-data-descriptor': REPACK,
  'zip-hidden-data': REPACK,
  'sdist-filename': 'build it with a current back-end, and do not rename it',
  'platform-tag':
    'Linux: repair the wheel with auditwheel (maturin: --compatibility pypi); macOS: set MACOSX_DEPLOYMENT_TARGET to a version with minor 0',
  'wheel-filename': 'build it with a current back-end, and do not rename it',
  'name-mismatch': 'was the file renamed? Build it again',
  'version-mismatch': 'was the file renamed, or built from another state? Build it again',
  'license-file-missing':
    'include the file in the archive (maturin: `include` with format = "sdist"), or do not name it as a license file',
  'wheel-record-missing': REBUILD,
  'wheel-record': `${REBUILD}; tools that change a wheel (auditwheel, delocate, wheel pack) write RECORD anew`,
  'entry-points':
    'names of programs are letters, digits, -, _ and .; correct the scripts in the configuration',
  'filename-too-long': 'choose a shorter name or fewer tags',
  'wheel-record-hash': `${REBUILD}; tools that change a wheel (auditwheel, delocate, wheel pack) write RECORD anew`,
  'second-dist-info':
    'remove it: installers refuse a wheel with two, as an older build in the same folder leaves them',
  'wheel-tags': 'was the wheel renamed? `wheel tags` changes both the name and the file',
  'wheel-version': REBUILD,
  'wheel-version-form': 'some installers will not match it: build it with a current back-end',
  'same-distribution':
    'keep one of the two: an installer takes either, and evidence of one fits the other by name',
  'entry-point-reference': 'write it as package.module:function',
  'metadata-license-file': 'use a current build back-end, so that PyPI shows the license file',
  'metadata-unknown-field': 'remove it, or use a current build back-end',
  'classifier-newer': 'is it on https://pypi.org/classifiers/? Then all is well',
  'license-classifier': 'remove the classifier: PEP 639 has the expression replace it',
  'description-missing':
    "name the readme in the project's configuration, so that the page of the project has a text",
  'description-type-missing': 'state it: text/markdown, text/x-rst or text/plain',
};
