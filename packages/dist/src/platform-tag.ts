// SPDX-License-Identifier: Apache-2.0

// Machines of the Linux tags (PEP 600, PEP 656). Big-endian ppc64 has no musl wheels.
const LINUX_MACHINES = 'x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64';
const MACOS_MACHINES = 'ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2';

/** The platform tags with which PyPI takes a wheel. A plain `linux_x86_64` says nothing of the C library and is not among them. */
const ALLOWED = [
  'any',
  'win32|win_(?:amd64|arm64|ia64)',
  'manylinux(?:1|2010)_(?:x86_64|i686)',
  'manylinux2014_(?:x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x)',
  `manylinux_[0-9]+_[0-9]+_(?:${LINUX_MACHINES}|ppc64)`,
  `musllinux_[0-9]+_[0-9]+_(?:${LINUX_MACHINES})`,
  'linux_armv[67]l',
  `macosx_10_[0-9]+_(?:${MACOS_MACHINES})`,
  // From 11 on a minor version is not part of the ABI.
  `macosx_(?:1[1-5]|26)_0_(?:${MACOS_MACHINES})`,
  'ios_[0-9]+_[0-9]+_(?:arm64|x86_64)_(?:iphoneos|iphonesimulator)',
  'android_[0-9]+_(?:armeabi_v7a|arm64_v8a|x86|x86_64)',
  'pyemscripten_[0-9]+_[0-9]+_wasm32',
];

const PATTERN = new RegExp(`^(?:${ALLOWED.join('|')})$`);

/** Whether PyPI takes a wheel for this platform (the tag in lower case). */
export function isPublicPlatformTag(tag: string): boolean {
  return PATTERN.test(tag);
}
