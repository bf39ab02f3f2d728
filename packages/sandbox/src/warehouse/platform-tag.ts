// SPDX-License-Identifier: Apache-2.0

const FIXED = new Set([
  'any',
  'win32',
  'win_amd64',
  'win_arm64',
  'win_ia64',
  'linux_armv6l',
  'linux_armv7l',
  'manylinux1_x86_64',
  'manylinux1_i686',
  'manylinux2010_x86_64',
  'manylinux2010_i686',
  ...['x86_64', 'i686', 'aarch64', 'armv7l', 'ppc64', 'ppc64le', 's390x'].map(
    (arch) => `manylinux2014_${arch}`,
  ),
]);
const MACOS_ARCH = '(?:ppc|ppc64|i386|x86_64|arm64|intel|fat|fat32|fat64|universal|universal2)';
const LINUX_ARCH = 'x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64';
const PATTERNS = [
  new RegExp(`^macosx_(?:10_[0-9]+|(?:1[1-5]|26)_0)_${MACOS_ARCH}$`),
  new RegExp(`^manylinux_[0-9]+_[0-9]+_(?:${LINUX_ARCH}|ppc64)$`),
  new RegExp(`^musllinux_[0-9]+_[0-9]+_(?:${LINUX_ARCH})$`),
  /^ios_[0-9]+_[0-9]+_(?:arm64|x86_64)_(?:iphoneos|iphonesimulator)$/,
  /^android_[0-9]+_(?:armeabi_v7a|arm64_v8a|x86|x86_64)$/,
  /^pyemscripten_[0-9]+_[0-9]+_wasm32$/,
];

/** Whether the index takes wheels for this platform (pypi.md §3, check 17): a plain `linux_x86_64`, for one, runs nowhere in particular. */
export function isSupportedPlatform(tag: string): boolean {
  return FIXED.has(tag) || PATTERNS.some((pattern) => pattern.test(tag));
}
