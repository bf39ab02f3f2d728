#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Committed, because npm links no bin that does not exist when it installs; the program itself is built.
import '../dist/bundle/main.js';
