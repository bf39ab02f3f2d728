// SPDX-License-Identifier: Apache-2.0

/** What is said where nobody gives tokens by itself. */
export const NO_PLACE =
  'this is no job of GitHub Actions, GitLab CI, CircleCI or Buildkite, and no machine of Google Cloud';
